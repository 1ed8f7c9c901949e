-- The articles of every cluster that some articles belong to now or belonged to before, the earliest first, each with the
-- articles that its current revision is paired with. What counts is when an article was surely out: at its instant of
-- publication; where it tells only a day, at the end of that day everywhere; in any case when it was first fetched.
-- Every article is looked up by index, since they are few whatever the warehouse holds.
with recursive former as (
    select known.article_key, known.original_key
    from unnest(%(article_keys)s::bytea[]) as touched (article_key)
    cross join lateral (
        select article_key, original_key from news.copy where copy.article_key = touched.article_key
        union all
        select article_key, original_key from news.copy where copy.original_key = touched.article_key
        offset 0
    ) as known
),
seed as (
    select unnest(%(article_keys)s::bytea[]) as article_key
    union select original_key from former
    union
    select theirs.article_key
    from (select distinct original_key from former) as known
    cross join lateral (
        select article_key from news.copy where copy.original_key = known.original_key offset 0
    ) as theirs
),
member as (
    table seed
    union
    select theirs.article_key
    from member
    cross join lateral (
        select revision_key from news.article where article.article_key = member.article_key limit 1
    ) as mine
    cross join lateral (
        select right_key as revision_key from news.pair where left_key = mine.revision_key
        union all
        select left_key from news.pair where right_key = mine.revision_key
        offset 0
    ) as paired
    cross join lateral (
        select article_key from news.article where article.revision_key = paired.revision_key limit 1
    ) as theirs
)
select
    article.article_key,
    array(
        select theirs.article_key
        from (
            select right_key as revision_key from news.pair where left_key = article.revision_key
            union all
            select left_key from news.pair where right_key = article.revision_key
            offset 0
        ) as paired
        cross join lateral (
            select article_key from news.article as other where other.revision_key = paired.revision_key limit 1
        ) as theirs
    ) as neighbours
from member
cross join lateral (
    select article_key, revision_key, outlet, url, published_at, published_on from news.article
    where article.article_key = member.article_key
    limit 1
) as article
order by
    least(
        coalesce(article.published_at, (article.published_on + 1)::timestamp at time zone 'UTC'),
        (select min(seen_at) from news.revision where revision.article_key = article.article_key)
    ),
    article.published_at,
    article.outlet collate "C",
    article.url collate "C";
