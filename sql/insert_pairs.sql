-- Finds the near-duplicates of a day: texts that share a band within the window, proven by their exact similarity;
-- short ones, like urgent news, must have the same words, and sooner.
-- Only the window's fingerprints are read, so that the cost does not grow with the warehouse; `only` names some of the day's.
with band as materialized (
    select fingerprint.revision_key, fingerprint.article_key, fingerprint.published_on, band
    from news.fingerprint, unnest(fingerprint.bands) as band
    where fingerprint.published_on between %(first_day)s and %(last_day)s
),
candidate as materialized (
    select distinct
        least(mine.revision_key, theirs.revision_key) as left_key,
        greatest(mine.revision_key, theirs.revision_key) as right_key
    from band as mine
    join band as theirs using (band)
    where mine.published_on = %(day)s
        and mine.article_key <> theirs.article_key
        and (%(only)s::bytea[] is null or mine.revision_key = any (%(only)s::bytea[]))
),
measured as (
    select
        candidate.left_key,
        candidate.right_key,
        news.jaccard(one.shingles, other.shingles) as similarity,
        least(cardinality(one.shingles), cardinality(other.shingles)) < %(short)s as is_short,
        abs(one.published_on - other.published_on) as days_apart
    from candidate
    join news.fingerprint as one
        on one.revision_key = candidate.left_key and one.published_on between %(first_day)s and %(last_day)s
    join news.fingerprint as other
        on other.revision_key = candidate.right_key and other.published_on between %(first_day)s and %(last_day)s
)
insert into news.pair (left_key, right_key, similarity)
select left_key, right_key, similarity
from measured
where (is_short and similarity = 1 and days_apart <= %(short_days)s) or (not is_short and similarity >= %(threshold)s)
order by left_key, right_key
on conflict (left_key, right_key) do nothing;
