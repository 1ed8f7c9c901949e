-- The copies of which something is to be told anew, with both texts: those that have or had another original, and those
-- of which either text is among the touched.
select
    grouped.article_key,
    grouped.original_key,
    news.jaccard(my_print.shingles, their_print.shingles)::real as similarity,
    mine.body,
    mine.boilerplate,
    theirs.body as original_body,
    theirs.boilerplate as original_boilerplate
from unnest(%(copy_keys)s::bytea[], %(original_keys)s::bytea[]) as grouped (article_key, original_key)
join news.article as copied on copied.article_key = grouped.article_key
join news.revision as mine on mine.revision_key = copied.revision_key
join news.fingerprint as my_print on my_print.revision_key = copied.revision_key
join news.article as original on original.article_key = grouped.original_key
join news.revision as theirs on theirs.revision_key = original.revision_key
join news.fingerprint as their_print on their_print.revision_key = original.revision_key
where grouped.article_key = any (%(touched)s::bytea[])
    or grouped.original_key = any (%(touched)s::bytea[])
    or not exists (
        select from news.copy
        where copy.article_key = grouped.article_key and copy.original_key = grouped.original_key
    );
