-- What the drafts saw are looks from now on.
insert into crawl.look (link_key, seen_at, page_key, is_crawled, reason, article_key, revision_key, published_on)
select link_key, fetched_at, page_key, day is not null, reason, article_key, revision_key, published_on
from crawl.draft
where page_key in (table loading)
on conflict do nothing;

-- Recordings that hold nothing any more were looks, too.
insert into crawl.look (link_key, seen_at, is_crawled, reason)
select link_key, gone_at, false, how
from gone
on conflict do nothing;

-- The addresses that were looked at, each with the run's day of its draft: those of the drafts and recordings.
create temporary table looked on commit drop as
select link_key, min(day) as day
from (
    select link_key, day from crawl.draft where page_key in (table loading)
    union all
    select link_key, null from gone
) as seen
group by link_key;

-- And those that a crawl found to be gone since the last load.
with taken as (
    update crawl.look set is_waiting = false
    from crawl.link
    where look.is_waiting and link.link_key = look.link_key and link.outlet in (table loading_outlet)
    returning look.link_key
)
insert into looked (link_key)
select distinct link_key from taken
where link_key not in (select link_key from looked);

-- The articles that any look at these addresses ever showed: all that can change by this load. By index, here and below: they
-- are few, whatever the warehouse holds.
create temporary table touched on commit drop as
select distinct known.article_key
from looked
cross join lateral (
    select article_key from crawl.look where look.link_key = looked.link_key and look.article_key is not null offset 0
) as known;

-- The looks that count for them. What other addresses show of an article counts only where its own never showed it. In the
-- order of time, so that the first of each version is its revision, and the others are sightings.
create temporary table counted on commit drop as
select
    article_key, revision_key, page_key, seen_at,
    row_number() over (partition by revision_key order by seen_at, page_key) as place,
    max(seen_at) over (partition by revision_key) as last_seen_at
from (
    select known.*, bool_or(known.link_key = known.article_key) over (partition by known.article_key) as has_own
    from touched
    cross join lateral (
        select link_key, article_key, revision_key, page_key, seen_at from crawl.look
        where look.article_key = touched.article_key
        offset 0
    ) as known
) as known
where link_key = article_key or not has_own;

-- Tells the planner how few rows there are.
analyze looked;
analyze touched;
analyze counted;
