-- The addresses that recordings show to hold nothing any more.
create temporary table gone on commit drop as
select link_key, gone_at, how
from unnest(%(link_key)s::bytea[], %(gone_at)s::timestamptz[], %(how)s::text[]) as seen (link_key, gone_at, how);
