-- Which of these files the index names.
select distinct file
from crawl.page
where file = any(%(files)s);
