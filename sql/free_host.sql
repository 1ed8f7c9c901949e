-- Says when a host that has answered may be asked next.
update crawl.host
set next_at = clock_timestamp() + %(seconds)s * interval '1 second'
where authority = %(authority)s;
