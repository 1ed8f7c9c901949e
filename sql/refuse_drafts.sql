-- Some pages give no article, because Postgres refuses a value that they hold.
update crawl.draft
set outcome = 'quarantined', reason = %(reason)s, article_key = null, revision_key = null, published_on = null
from crawl.page
where page.page_key = draft.page_key and draft.page_key = any (%(page_keys)s::bytea[])
returning page.outlet, page.url;
