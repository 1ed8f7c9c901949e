-- The drafts of a day (the run's, or the article's own) that no fingerprint is kept for.
select draft.revision_key, draft.article_key, draft.outlet, draft.published_on, draft.body
from crawl.draft
where (draft.published_on = %(day)s or (draft.day = %(day)s and draft.published_on is not null))
    and draft.revision_key is not null
    and draft.body is not null
    and not exists (select from news.fingerprint where fingerprint.revision_key = draft.revision_key)
order by draft.revision_key;
