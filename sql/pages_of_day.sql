-- The next pages that a day's links led to and that wait to be extracted, with where they lie and what the hints say.
select page.page_key, page.link_key, page.url, page.final_url, page.outlet, page.file, page.record_offset,
    page.record_length, page.sha256, page.status, page.headers, page.fetched_at, link.published_hint, link.hint_on
from crawl.link
join crawl.page using (page_key)
where link.outcome = 'pending'
    and link.run_day = %(day)s
    and link.outlet = any(%(outlets)s)
    and page.page_key <> all(%(unreadable)s)
    and not exists (select from crawl.draft where draft.page_key = page.page_key)
order by page.file, page.record_offset
limit 500;
