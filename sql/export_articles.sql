-- The articles of a range of days, with the fields of the reading contract.
select *
from news.articles
where published_on between %(first)s and %(last)s
order by published_on, outlet collate "C", url collate "C";
