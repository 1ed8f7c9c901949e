-- Enters the links of ingested pages; one that is known stays as it is.
insert into crawl.link (link_key, url, listed_url, outlet, found_via)
select link_key, url, nullif(listed_url, url), outlet, found_via
from unnest(%(link_key)s::bytea[], %(url)s::text[], %(listed_url)s::text[], %(outlet)s::text[], %(found_via)s::text[])
    as found (link_key, url, listed_url, outlet, found_via)
order by link_key -- as a crawl takes them, so that the two never wait for each other in a circle
on conflict (link_key) do nothing;
