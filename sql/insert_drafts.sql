-- Keeps what extraction gave, once for each page.
insert into crawl.draft
select (jsonb_populate_record(null::crawl.draft, row)).*
from incoming
on conflict (page_key) do nothing;
