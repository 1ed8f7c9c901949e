-- The articles of a day, and how many of them are copies, by outlet.
select outlet, count(*), count(original_url)
from news.articles
where published_on = %(day)s
group by outlet
order by outlet;
