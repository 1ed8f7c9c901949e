-- The articles of every cluster that some articles belong to now or belonged to before, the earliest first, each with the
-- articles that its current revision is paired with. What counts is when an article was surely out: at its instant of
-- publication; where it tells only a day, at the end of that day everywhere; in any case when it was first fetched.
with recursive touched as (
    select unnest(%(article_keys)s::bytea[]) as article_key
),
former as (
    select article_key, original_key from news.copy
    where article_key in (table touched) or original_key in (table touched)
),
seed as (
    table touched
    union select original_key from former
    union select copy.article_key from news.copy join former using (original_key)
),
member as (
    table seed
    union
    select other.article_key
    from member
    join news.article as mine on mine.article_key = member.article_key
    cross join lateral (
        select right_key as revision_key from news.pair where left_key = mine.revision_key
        union all
        select left_key from news.pair where right_key = mine.revision_key
    ) as paired
    join news.article as other on other.revision_key = paired.revision_key
)
select
    article.article_key,
    array(
        select other.article_key
        from (
            select right_key as revision_key from news.pair where left_key = article.revision_key
            union all
            select left_key from news.pair where right_key = article.revision_key
        ) as paired
        join news.article as other on other.revision_key = paired.revision_key
    ) as neighbours
from member
join news.article using (article_key)
order by
    least(
        coalesce(article.published_at, (article.published_on + 1)::timestamp at time zone 'UTC'),
        (select min(seen_at) from news.revision where revision.article_key = article.article_key)
    ),
    article.published_at,
    article.outlet collate "C",
    article.url collate "C";
