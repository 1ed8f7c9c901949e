-- Which of these bodies the archive holds.
select distinct sha256
from crawl.page
where sha256 = any(%(digests)s);
