-- The articles that a load is about to write.
select distinct article_key
from crawl.draft
where outcome = 'loaded' and day is not distinct from %(day)s and outlet = any(%(outlets)s);
