-- Enters links that may not be fetched at all, with the reason.
insert into crawl.link (link_key, url, outlet, day, run_day, found_via, outcome, reason, settled_at)
select link_key, url, %(outlet)s, %(day)s, %(day)s, %(found_via)s, 'refused', reason, now()
from unnest(%(link_key)s::bytea[], %(url)s::text[], %(reason)s::text[]) as refused (link_key, url, reason)
order by link_key -- as for links that are discovered
on conflict (link_key) do nothing;
