-- What is to be compared with the others: all texts of a day.
create temporary table compared on commit drop as
select revision_key, published_on from news.fingerprint where published_on = %(day)s;

-- They are few, and the planner is to know it.
analyze compared;
