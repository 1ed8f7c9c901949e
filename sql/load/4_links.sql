-- What decides every link that was looked at, or that leads to one of the articles: the last look that showed an article, else
-- the last look. Of a crawl's looks only the first that showed an article counts: later ones are visits, and leave their link
-- as it is. `is_known`: the same address had shown this version before.
create temporary table told on commit drop as
with known as (
    select
        found.*,
        row_number() over (partition by found.link_key, is_crawled order by article_key is null, seen_at, page_key) as place,
        row_number() over (partition by found.link_key, revision_key order by seen_at, page_key) > 1 as is_known
    from (
        select link_key from looked
        union
        select found.link_key
        from touched
        cross join lateral (
            select link_key from crawl.link where link.article_key = touched.article_key offset 0
        ) as found
    ) as address
    cross join lateral (
        select look.* from crawl.look where look.link_key = address.link_key and look.page_key is not null offset 0
    ) as found
),
settling as (
    select distinct on (link_key) *
    from known
    where article_key is null or place = 1 or not is_crawled
    order by link_key, article_key is null, seen_at desc, page_key desc, reason
),
newest as (
    select distinct on (link_key) link_key, page_key, seen_at
    from known
    order by link_key, seen_at desc, page_key desc
)
select
    link_key, settling.reason, settling.article_key, settling.published_on, settling.is_known, looked.day, newest.page_key,
    newest.seen_at
from settling
join newest using (link_key)
left join looked using (link_key);

-- Tells the planner how few rows there are.
analyze told;

-- Two that write the same links wait for each other in one order.
select from crawl.link where link_key = any (array(select link_key from told)) order by link_key for no key update;

-- Of several links to one article the one with its own address is loaded, else the first by key; the others are duplicates.
-- A link's page is the newest, unless it has one that is newer still.
update crawl.link
set outcome = ranked.outcome,
    reason = ranked.reason,
    article_key = ranked.article_key,
    day = ranked.told_day,
    page_key = ranked.newest_key,
    next_try_at = null,
    settled_at = now()
from (
    select
        told.link_key, told.reason, told.article_key,
        case
            when told.article_key is null then 'quarantined'
            when told.link_key <> first_value(told.link_key) over (
                partition by told.article_key order by told.link_key <> told.article_key, told.link_key
            ) then 'duplicate'
            when told.is_known then 'unchanged'
            else 'loaded'
        end as outcome,
        coalesce(told.published_on, before.day, told.day) as told_day,
        case
            when (held.fetched_at, held.page_key) > (told.seen_at, told.page_key) then held.page_key else told.page_key
        end as newest_key
    from told
    cross join lateral (select day, page_key from crawl.link where link.link_key = told.link_key limit 1) as before
    left join lateral (
        select fetched_at, page_key from crawl.page where page.page_key = before.page_key limit 1
    ) as held on true
) as ranked
where link.link_key = ranked.link_key
    and (link.outcome, link.reason, link.article_key, link.day, link.page_key)
        is distinct from (ranked.outcome, ranked.reason, ranked.article_key, ranked.told_day, ranked.newest_key);
