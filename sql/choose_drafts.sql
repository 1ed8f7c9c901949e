-- What this load takes: a day's drafts (or those of `ingest`); an article only once it has been compared with the others.
create temporary table loading on commit drop as
select page_key
from crawl.draft
where day is not distinct from %(day)s
    and outlet = any(%(outlets)s)
    and (
        outcome <> 'loaded'
        or exists (select from news.fingerprint where fingerprint.revision_key = draft.revision_key)
    );
