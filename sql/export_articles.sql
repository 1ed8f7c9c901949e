-- The articles of a range of days, of some outlets or of all, with the fields that are asked for.
select {fields}
from news.articles
where published_on between %(first)s and %(last)s
    and (cardinality(%(outlets)s::text[]) = 0 or outlet = any (%(outlets)s))
    and (original_url is null or not %(originals)s)
order by published_on, outlet collate "C", url collate "C";
