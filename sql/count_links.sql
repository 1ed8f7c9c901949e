-- How many links a day's run has to account for.
select count(*)
from crawl.link
where (run_day = %(day)s or (run_day is null and day = %(day)s)) and outlet = any(%(outlets)s);
