-- The publication days of the drafts of a run's day, or of `ingest`.
select distinct published_on
from crawl.draft
where day is not distinct from %(day)s and revision_key is not null and published_on is not null
order by published_on;
