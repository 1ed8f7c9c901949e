-- The copies whose row must be recomputed, with both current texts: those that have or had another original, and those of which
-- either text is among the touched. Their similarity is the highest that any of their revisions had; if none was paired, that
-- of the current texts. Every revision is looked up by index, since they are few whatever the warehouse holds.
select
    grouped.article_key,
    grouped.original_key,
    coalesce(paired.similarity, news.jaccard(my_print.shingles, their_print.shingles)::real, 0) as similarity,
    mine.body,
    mine.boilerplate,
    theirs.body as original_body,
    theirs.boilerplate as original_boilerplate
from unnest(%(copy_keys)s::bytea[], %(original_keys)s::bytea[]) as grouped (article_key, original_key)
join news.article as copied on copied.article_key = grouped.article_key
join news.revision as mine on mine.revision_key = copied.revision_key
join news.article as original on original.article_key = grouped.original_key
join news.revision as theirs on theirs.revision_key = original.revision_key
left join news.fingerprint as my_print on my_print.revision_key = copied.revision_key
left join news.fingerprint as their_print on their_print.revision_key = original.revision_key
cross join lateral (
    select max(known.similarity) as similarity
    from (
        select revision_key from news.revision where revision.article_key = grouped.article_key offset 0
    ) as one
    cross join (
        select revision_key from news.revision where revision.article_key = grouped.original_key offset 0
    ) as other
    cross join lateral (
        select similarity from news.pair
        where pair.left_key = least(one.revision_key, other.revision_key)
            and pair.right_key = greatest(one.revision_key, other.revision_key)
        limit 1
    ) as known
) as paired
where grouped.article_key = any (%(touched)s::bytea[])
    or grouped.original_key = any (%(touched)s::bytea[])
    or not exists (
        select from news.copy
        where copy.article_key = grouped.article_key and copy.original_key = grouped.original_key
    );
