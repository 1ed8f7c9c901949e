-- Finds the near-duplicates of the texts that are to be compared: those that share a band within the window, proven by their
-- exact similarity; short ones, like urgent news, must have the same words, and sooner. Each day of the window is read once,
-- so that the cost does not grow with the warehouse.
with near as (
    select distinct published_on + apart as published_on
    from (select distinct published_on from compared) as day
    cross join generate_series(-%(window_days)s, %(window_days)s) as apart
),
candidate as materialized (
    select distinct
        least(mine.revision_key, theirs.revision_key) as left_key,
        greatest(mine.revision_key, theirs.revision_key) as right_key
    from (
        select text.revision_key, text.article_key, text.published_on, unnest(text.bands) as band
        from near
        cross join lateral (
            select revision_key, article_key, published_on, bands from news.fingerprint
            where fingerprint.published_on = near.published_on
            offset 0
        ) as text
    ) as theirs
    join compared as mine using (band)
    where mine.article_key <> theirs.article_key
        and abs(mine.published_on - theirs.published_on) <= %(window_days)s
),
measured as (
    select
        candidate.left_key,
        candidate.right_key,
        news.jaccard(one.shingles, other.shingles) as similarity,
        least(cardinality(one.shingles), cardinality(other.shingles)) < %(short)s as is_short,
        abs(one.published_on - other.published_on) as days_apart
    from candidate
    cross join lateral ( -- by index: they are few, whatever the warehouse holds
        select shingles, published_on from news.fingerprint where fingerprint.revision_key = candidate.left_key limit 1
    ) as one
    cross join lateral (
        select shingles, published_on from news.fingerprint where fingerprint.revision_key = candidate.right_key limit 1
    ) as other
)
insert into news.pair (left_key, right_key, similarity)
select left_key, right_key, similarity
from measured
where (is_short and similarity = 1 and days_apart <= %(short_days)s) or (not is_short and similarity >= %(threshold)s)
order by left_key, right_key
on conflict (left_key, right_key) do nothing;
