-- The robots.txt of a host as it was last read, with its age in seconds.
select body, extract(epoch from now() - read_at)
from crawl.robots
where authority = %(authority)s and read_at is not null;
