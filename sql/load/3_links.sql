-- Every link gets the outcome of the page that was fetched last, and keeps the article that it once led to; a page that only
-- repeats a known revision is unchanged. What a revisit saw leaves the link as it is. Of ingested pages, which come in any
-- order, one that brings the article is told before one that does not, and a later one before an earlier.
update crawl.link
set outcome = case
        when latest.outcome = 'loaded' and link.outcome in ('loaded', 'unchanged') and latest.is_known then 'unchanged'
        else latest.outcome
    end,
    reason = latest.reason,
    article_key = coalesce(latest.article_key, link.article_key),
    page_key = latest.page_key,
    day = coalesce(latest.published_on, link.day, latest.day),
    next_try_at = null,
    settled_at = now()
from (
    select distinct on (draft.link_key)
        draft.link_key, draft.outcome, draft.reason, draft.article_key, draft.page_key, draft.published_on, draft.day,
        draft.fetched_at,
        exists (
            select from news.revision
            where revision.revision_key = draft.revision_key and revision.page_key <> draft.page_key
        ) as is_known
    from crawl.draft
    where draft.page_key in (select page_key from loading)
    order by draft.link_key, draft.day is null and draft.outcome = 'loaded' desc, draft.fetched_at desc, draft.page_key
) as latest
where link.link_key = latest.link_key
    and (
        link.outcome = 'pending'
        or latest.day is null
            and case
                when (link.outcome in ('loaded', 'unchanged')) = (latest.outcome = 'loaded') then not exists (
                    select from crawl.page where page.page_key = link.page_key and page.fetched_at > latest.fetched_at
                )
                else latest.outcome = 'loaded'
            end
    );
