-- The drafts' pages have been extracted.
update crawl.page
set extracted_at = now(), encoding = draft.encoding, n_replaced = draft.n_replaced
from crawl.draft
where page.page_key = draft.page_key and draft.page_key in (table loading) and page.extracted_at is null;
