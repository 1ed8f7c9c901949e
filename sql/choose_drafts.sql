-- The outlets of this load.
create temporary table loading_outlet on commit drop as
select distinct outlet
from unnest(%(outlets)s::text[]) as asked (outlet);

-- What it takes: all their drafts, whatever day they were made for.
create temporary table loading on commit drop as
select page_key
from crawl.draft
where outlet in (table loading_outlet);

-- The addresses that recordings show to hold nothing any more.
create temporary table gone on commit drop as
select distinct link_key, gone_at, how
from unnest(%(link_key)s::bytea[], %(gone_at)s::timestamptz[], %(how)s::text[]) as seen (link_key, gone_at, how);
