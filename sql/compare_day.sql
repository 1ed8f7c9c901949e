-- The bands of what is to be compared with the others: all texts of a day.
create temporary table compared on commit drop as
select revision_key, article_key, published_on, unnest(bands) as band
from news.fingerprint
where published_on = %(day)s;

-- Tells the planner how few rows there are.
analyze compared;
