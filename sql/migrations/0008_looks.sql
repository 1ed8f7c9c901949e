-- Every look at an address: the page that it gave, if any, and what that showed. The news are a function of them.
create table crawl.look (
    link_key bytea not null, -- of the address, which a recording may show before it is a link
    seen_at timestamptz not null,
    page_key bytea, -- null where there was no page
    is_crawled boolean not null, -- by a crawl; else by `ingest`
    reason text, -- why it showed no article; null where it did
    article_key bytea,
    revision_key bytea,
    published_on date,
    is_waiting boolean not null default false, -- until a load has taken it up
    constraint look_once unique nulls not distinct (link_key, seen_at, page_key, revision_key, reason),
    constraint look_tells check ((reason is null) = (revision_key is not null and article_key is not null))
);

-- The looks that showed an article.
create index look_article on crawl.look (article_key) where article_key is not null;

-- The looks that no load has taken up.
create index look_waiting on crawl.look (link_key) where is_waiting;

-- When a visit last found the page of the article as it was, which leaves no look.
alter table crawl.link add column found_at timestamptz;

-- What is known of earlier looks: those that showed a version.
insert into crawl.look (link_key, seen_at, page_key, is_crawled, article_key, revision_key, published_on)
select page.link_key, seen.seen_at, seen.page_key, link.visited_at is not null, revision.article_key,
    revision_key, revision.published_on
from (
    select revision_key, seen_at, page_key from news.revision
    union all
    select revision_key, seen_at, page_key from news.sighting
) as seen
join news.revision using (revision_key)
join crawl.page on page.page_key = seen.page_key
join crawl.link on link.link_key = page.link_key
on conflict do nothing;

-- Those that settled a link without an article.
insert into crawl.look (link_key, seen_at, page_key, is_crawled, reason)
select link.link_key, page.fetched_at, page.page_key, link.visited_at is not null, link.reason
from crawl.link
join crawl.page using (page_key)
where link.outcome = 'quarantined' and link.reason is not null
on conflict do nothing;

-- Those that found an article gone.
insert into crawl.look (link_key, seen_at, is_crawled, reason)
select link.link_key, disappearance.gone_at, link.visited_at is not null, disappearance.how
from news.disappearance
join crawl.link using (article_key)
where link.outcome in ('loaded', 'unchanged')
on conflict do nothing;

-- Visits that found an article as it was.
update crawl.link
set found_at = visited_at
where n_visits > 0
    and outcome in ('loaded', 'unchanged')
    and not exists (
        select from news.disappearance
        where disappearance.article_key = link.article_key and disappearance.back_at is null
    );

-- A fingerprint is that of a revision now; those of drafts that became none are in nobody's way any more.
delete from news.fingerprint
where not exists (select from news.revision where revision.revision_key = fingerprint.revision_key);

-- Nor are their pairs.
delete from news.pair
where not exists (select from news.revision where revision.revision_key = pair.left_key)
    or not exists (select from news.revision where revision.revision_key = pair.right_key);
