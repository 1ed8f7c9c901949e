-- Writes what leased visits saw; a holder whose lease is another's by now changes nothing. The link keeps its outcome: what a visit sees is
-- an event of the article. An answer that there is no such page is a look, of which the next load makes a disappearance. A page that
-- came back after another, or after a disappearance, is to be extracted again.
with settled as (
    select *
    from unnest(
        %(link_key)s::bytea[], %(fence)s::bigint[], %(former_key)s::bytea[], %(page_key)s::bytea[], %(gone)s::text[],
        %(seen_at)s::timestamptz[], %(wait)s::interval[]
    ) as settled (link_key, fence, former_key, page_key, gone, seen_at, wait)
),
visited as (
    update crawl.link
    set page_key = coalesce(settled.page_key, link.page_key),
        visited_at = case when settled.wait is null then coalesce(%(moment)s, now()) else link.visited_at end,
        n_visits = link.n_visits + case when settled.wait is null then 1 else 0 end,
        found_at = case -- the page that showed the article
            when settled.page_key = settled.former_key and exists (
                select from crawl.look
                where look.link_key = link.link_key and look.page_key = settled.page_key and look.reason is null
            ) then greatest(link.found_at, settled.seen_at)
            else link.found_at
        end,
        n_tries = case when settled.wait is null then 0 else link.n_tries end,
        next_try_at = now() + settled.wait,
        lease = null
    from settled
    where link.link_key = settled.link_key and link.lease = settled.fence and link.outcome <> 'pending'
    returning link.link_key, link.article_key, settled.former_key, settled.page_key, settled.gone, settled.seen_at
),
away as (
    select article_key from news.disappearance where back_at is null and article_key in (select article_key from visited)
    union
    select visited.article_key from visited join crawl.look using (link_key) where look.is_waiting
),
again as (
    update crawl.page
    set extracted_at = null, fetched_at = greatest(page.fetched_at, visited.seen_at)
    from visited
    where page.page_key = visited.page_key
        and page.extracted_at is not null
        and (visited.page_key <> visited.former_key or visited.article_key in (table away))
),
gone as (
    insert into crawl.look (link_key, seen_at, is_crawled, reason, is_waiting)
    select link_key, seen_at, true, gone, true
    from visited
    where gone is not null
    on conflict do nothing
)
select count(*) from visited;
