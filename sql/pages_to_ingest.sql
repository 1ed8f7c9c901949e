-- The next pages that came by ingest and wait to be extracted, in the order in which they were recorded.
select page.page_key, page.link_key, page.url, page.final_url, page.outlet, page.file, page.record_offset,
    page.record_length, page.sha256, page.status, page.headers, page.fetched_at, link.published_hint, link.hint_on,
    null::bytea as visited_key
from crawl.page
join crawl.link using (link_key)
where page.extracted_at is null
    and ( -- a run sees to what it fetched
        link.run_day is null or link.page_key is null or (link.outcome <> 'pending' and link.page_key <> page.page_key)
    )
    and page.page_key <> all(%(unreadable)s)
    and page.outlet = any(%(outlets)s)
    and not exists (select from crawl.draft where draft.page_key = page.page_key)
order by page.file, page.record_offset
limit 500;
