-- Takes a host's slot for some seconds where it is free (0 is given), else gives the seconds until it is.
with taken as (
    insert into crawl.host as host (authority, next_at)
    values (%(authority)s, clock_timestamp() + %(hold)s * interval '1 second')
    on conflict (authority) do update set next_at = excluded.next_at
    where host.next_at <= clock_timestamp()
    returning 0 as seconds
)
select seconds from taken
union all
select greatest(extract(epoch from next_at - clock_timestamp()), 0.001)
from crawl.host
where authority = %(authority)s and not exists (select from taken);
