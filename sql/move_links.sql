-- Gives links whose page states another day to the run of that day, which fetches them as they stood on that day.
with seen as (
    update crawl.page set extracted_at = now() where page_key = any(%(page_key)s) and extracted_at is null
)
update crawl.link
set day = moved.day, run_day = moved.day, page_key = null, n_tries = 0
from unnest(%(link_key)s::bytea[], %(day)s::date[]) as moved (link_key, day)
where link.link_key = moved.link_key and link.outcome = 'pending';
