-- Which of these pages the archive holds already.
select page_key
from crawl.page
where page_key = any(%(page_keys)s);
