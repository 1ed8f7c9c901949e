-- How many links of an outlet's day ended in each outcome; fetched and unfetched are those that still wait.
select
    case
        when outcome <> 'pending' then outcome
        when page_key is not null then 'fetched'
        when next_try_at is not null then 'pending'
        else 'unfetched'
    end as outcome,
    count(*)
from crawl.link
where (run_day = %(day)s or (run_day is null and day = %(day)s)) and outlet = %(outlet)s
group by 1
order by 1;
