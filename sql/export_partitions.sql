-- How many of these articles there are, by month and outlet.
select date_trunc('month', published_on::timestamp)::date as month, outlet, count(*)
from news.articles
where published_on between %(first)s and %(last)s
    and (cardinality(%(outlets)s::text[]) = 0 or outlet = any (%(outlets)s))
    and (original_url is null or not %(originals)s)
group by 1, 2
order by 1, outlet collate "C";
