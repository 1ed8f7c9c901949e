-- The articles that this load writes.
select distinct article_key
from crawl.draft
where outcome = 'loaded' and page_key in (select page_key from loading);
