-- The links of a day that wait for another try, by outlet, with when the first of them may be asked for again.
select outlet, count(*), min(next_try_at), string_agg(distinct reason, ', ' order by reason)
from crawl.link
where run_day = %(day)s and outlet = any(%(outlets)s) and outcome = 'pending' and page_key is null
    and next_try_at is not null
group by outlet
order by outlet;
