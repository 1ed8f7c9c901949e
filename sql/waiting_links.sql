-- The links of an outlet's day that wait for another try: how many, when the first may be asked for again, and why.
select count(*), min(next_try_at), string_agg(distinct reason, ', ' order by reason)
from crawl.link
where run_day = %(day)s and outlet = %(outlet)s and outcome = 'pending' and page_key is null
    and next_try_at is not null;
