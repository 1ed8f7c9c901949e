-- The drafts of a run's day, or of `ingest`, that no fingerprint is kept for.
select revision_key, article_key, outlet, published_on, body
from crawl.draft
where day is not distinct from %(day)s
    and revision_key is not null
    and published_on is not null
    and not exists (select from news.fingerprint where fingerprint.revision_key = draft.revision_key)
order by revision_key;
