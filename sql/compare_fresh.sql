-- The bands of what is to be compared with the others: the texts of which the fingerprint is fresh.
create temporary table compared on commit drop as
select revision_key, article_key, published_on, unnest(bands) as band from fresh;

-- Tells the planner how few rows there are.
analyze compared;
