-- The next pages that wait to be extracted, with where they lie and what the hints say: those that a day's links led to, and
-- those that were changed since the crawl saw them first, whatever their day, with the article that was visited.
select waiting.page_key, page.link_key, page.url, page.final_url, page.outlet, page.file, page.record_offset,
    page.record_length, page.sha256, page.status, page.headers, page.fetched_at, waiting.published_hint, waiting.hint_on,
    waiting.visited_key
from (
    select page_key, published_hint, hint_on, null::bytea as visited_key
    from crawl.link
    where outcome = 'pending' and run_day = %(day)s and outlet = any(%(outlets)s)
    union all
    select page.page_key, link.published_hint, link.hint_on, link.article_key
    from crawl.page
    join crawl.link using (link_key)
    where page.extracted_at is null
        and page.outlet = any(%(outlets)s)
        and link.outcome in ('loaded', 'unchanged')
        and link.visited_at is not null
) as waiting
join crawl.page using (page_key)
where waiting.page_key <> all(%(unreadable)s)
    and not exists (select from crawl.draft where draft.page_key = waiting.page_key)
order by page.file, page.record_offset
limit 500;
