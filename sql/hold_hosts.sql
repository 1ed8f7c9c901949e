-- Keeps the slots of hosts that have not answered yet; a pause that one asked for is never shortened.
update crawl.host
set next_at = greatest(next_at, clock_timestamp() + under_way.hold * interval '1 second')
from unnest(%(authorities)s::text[], %(holds)s::double precision[]) as under_way (authority, hold)
where host.authority = under_way.authority;
