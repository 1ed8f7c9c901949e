-- The articles of every cluster that some articles belong to so far, each with its original, with the earliest day that any of
-- its revisions states, and with the articles that any of them is paired with: a copy stays one when it or its original is
-- rewritten. `reaches` says how many days a pair joins over: fewer for short texts.
-- Sorted by the last columns, the first article is the one that was certainly out first, by the earliest time that any of its
-- revisions gives: an instant of publication; where there is only a day, the end of that day everywhere; in any case the first
-- fetch, so that a later instant, which cannot be true, is not believed.
-- Every article is looked up by index, since they are few whatever the warehouse holds.
with original as (
    select distinct coalesce(copied.original_key, asked.article_key) as original_key
    from unnest(%(article_keys)s::bytea[]) as asked (article_key)
    left join lateral (
        select original_key from news.copy where copy.article_key = asked.article_key limit 1
    ) as copied on true
),
member as (
    select original_key as article_key, original_key from original
    union all
    select theirs.article_key, original.original_key
    from original
    cross join lateral (
        select article_key from news.copy where copy.original_key = original.original_key offset 0
    ) as theirs
)
select
    article.article_key,
    member.original_key,
    coalesce(known.first_day, (known.first_seen_at at time zone 'UTC')::date) as day,
    joined.neighbours,
    joined.reaches,
    known.out_at,
    known.first_instant is null as has_no_instant,
    known.first_instant,
    article.outlet,
    article.url
from member
cross join lateral (
    select article_key, outlet, url from news.article
    where article.article_key = member.article_key
    limit 1
) as article
cross join lateral (
    select
        min(seen_at) as first_seen_at,
        min(published_on) as first_day,
        min(least(coalesce(published_at, (published_on + 1)::timestamp at time zone 'UTC'), seen_at)) as out_at,
        min(published_at) filter (where published_at <= seen_at) as first_instant
    from (
        select seen_at, published_at, published_on from news.revision
        where revision.article_key = member.article_key
        offset 0
    ) as seen
) as known
cross join lateral (
    select
        coalesce(array_agg(theirs.article_key), '{}') as neighbours,
        coalesce(
            array_agg(case when text.is_short then %(short_days)s else %(window_days)s end), '{}'
        ) as reaches
    from (
        select revision_key from news.revision where revision.article_key = member.article_key offset 0
    ) as mine
    cross join lateral (
        select right_key as revision_key from news.pair where left_key = mine.revision_key
        union all
        select left_key from news.pair where right_key = mine.revision_key
        offset 0
    ) as paired
    cross join lateral (
        select article_key from news.revision where revision.revision_key = paired.revision_key limit 1
    ) as theirs
    cross join lateral (
        select cardinality(shingles) < %(short)s as is_short from news.fingerprint
        where fingerprint.revision_key = mine.revision_key
        limit 1
    ) as text
) as joined;
