-- How many links a day's run has to account for, and how many of other days are known and wait for a run of their day.
select
    count(*) filter (where run_day = %(day)s or (run_day is null and day = %(day)s)),
    count(*) filter (
        where outcome = 'pending' and page_key is null and next_try_at is null and run_day <> %(day)s
    )
from crawl.link
where outlet = %(outlet)s and (run_day = %(day)s or day = %(day)s or outcome = 'pending');
