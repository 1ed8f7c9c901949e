-- What is to be compared with the others: the texts of which the fingerprint is fresh.
create temporary table compared on commit drop as
select revision_key, published_on from fresh;

-- They are few, and the planner is to know it.
analyze compared;
