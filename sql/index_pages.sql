-- Indexes archived pages; a page whose bytes are known already stays where it was first written.
insert into crawl.page
    (page_key, link_key, url, final_url, outlet, file, record_offset, record_length, sha256, status, headers, fetched_at)
select *
from unnest(
    %(page_key)s::bytea[], %(link_key)s::bytea[], %(url)s::text[], %(final_url)s::text[], %(outlet)s::text[],
    %(file)s::text[], %(record_offset)s::bigint[], %(record_length)s::bigint[], %(sha256)s::bytea[],
    %(status)s::smallint[], %(headers)s::jsonb[], %(fetched_at)s::timestamptz[]
)
on conflict (page_key) do nothing;
