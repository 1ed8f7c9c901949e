-- How many links of a day's run ended in each outcome; fetched and unfetched tell what still waits, and why.
select outlet,
    case
        when outcome <> 'pending' then outcome
        when page_key is not null then 'fetched'
        when next_try_at is not null then 'pending'
        else 'unfetched'
    end as outcome,
    count(*)
from crawl.link
where (run_day = %(day)s or (run_day is null and day = %(day)s)) and outlet = any(%(outlets)s)
group by 1, 2
order by 1, 2;
