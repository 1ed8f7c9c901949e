-- Writes what leased visits saw; a holder whose lease is another's by now changes nothing. The link keeps its outcome: what a visit sees is
-- an event of the article. A page that came back after another, or after a disappearance, is to be extracted again.
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
        n_tries = case when settled.wait is null then 0 else link.n_tries end,
        next_try_at = now() + settled.wait,
        lease = null
    from settled
    where link.link_key = settled.link_key and link.lease = settled.fence and link.outcome <> 'pending'
    returning link.article_key, settled.former_key, settled.page_key, settled.gone, settled.seen_at
),
away as (
    select article_key from news.disappearance where back_at is null and article_key in (select article_key from visited)
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
    insert into news.disappearance (article_key, gone_at, how)
    select article_key, seen_at, gone
    from visited
    where gone is not null and article_key not in (table away)
    on conflict (article_key, gone_at) do nothing
)
select count(*) from visited;
