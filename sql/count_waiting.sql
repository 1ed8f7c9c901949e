-- How many links of an outlet's day are still to be fetched.
select count(*)
from crawl.link
where outlet = %(outlet)s and run_day = %(day)s and outcome = 'pending' and page_key is null
    and (next_try_at is null or next_try_at <= now());
