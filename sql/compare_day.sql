-- The bands of what is to be compared with the others: all texts of a day.
create temporary table compared on commit drop as
select revision_key, article_key, published_on, unnest(bands) as band
from news.fingerprint
where published_on = %(day)s;

-- The planner is to know how few they are.
analyze compared;
