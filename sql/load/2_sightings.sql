-- Every look at a version but its first is a sighting.
insert into news.sighting (revision_key, seen_at, page_key)
select revision_key, seen_at, page_key
from counted
where place > 1
order by revision_key, seen_at, page_key
on conflict do nothing;
