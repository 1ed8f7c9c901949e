-- The drafts' pages have been extracted.
update crawl.page
set extracted_at = now()
from crawl.draft
where page.page_key = draft.page_key
    and draft.day is not distinct from %(day)s
    and draft.outlet = any(%(outlets)s)
    and page.extracted_at is null;
