-- The next pages of some outlets that wait to be extracted, with where they lie and what the hints say. A page that was fetched
-- for a day's link has that day; one that a visit brought has the article that was visited; one from `ingest` has neither.
select page.page_key, page.link_key, page.url, page.final_url, page.outlet, page.file, page.record_offset,
    page.record_length, page.sha256, page.status, page.headers, page.fetched_at, link.published_hint, link.hint_on,
    case when kind.is_visit then link.article_key end as visited_key,
    case when kind.is_visit then link.day when kind.is_fetched then link.run_day end as day
from crawl.page
join crawl.link using (link_key)
cross join lateral (
    select
        link.outcome = 'pending' and link.page_key = page.page_key as is_fetched,
        link.outcome in ('loaded', 'unchanged') and link.page_key = page.page_key and link.visited_at is not null as is_visit
) as kind
where page.extracted_at is null
    and page.outlet = any(%(outlets)s)
    and page.page_key <> all(%(taken)s)
    and not exists (select from crawl.draft where draft.page_key = page.page_key)
order by page.file, page.record_offset
limit %(limit)s;
