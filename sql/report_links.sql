-- How the links of a day ended, by outlet, outcome and reason.
select outlet, outcome, reason, count(*)
from crawl.link
where coalesce(day, run_day) = %(day)s
group by outlet, outcome, reason
order by outlet, outcome, reason;
