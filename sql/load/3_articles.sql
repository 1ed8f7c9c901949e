-- The current revision of an article is the one that was seen last; its address is the one that it gave first.
insert into news.article as known (article_key, outlet, url, revision_key, published_at, published_on, search)
select
    touched.article_key, page.outlet, first.canonical_url, latest.revision_key, latest.published_at, latest.published_on,
    news.searchable(revision, page.outlet)
from touched
cross join lateral (
    select canonical_url, page_key from news.revision
    where revision.article_key = touched.article_key
    order by seen_at, page_key, revision_key
    limit 1
) as first
cross join lateral (select outlet from crawl.page where page.page_key = first.page_key limit 1) as page
cross join lateral (
    select revision_key, published_at, published_on from news.revision
    where revision.article_key = touched.article_key
    order by last_seen_at desc, revision_key
    limit 1
) as latest
join news.revision on revision.revision_key = latest.revision_key
left join lateral (select revision_key, url from news.article where article.article_key = touched.article_key limit 1) as article on true
where (article.revision_key, article.url) is distinct from (latest.revision_key, first.canonical_url)
order by touched.article_key
on conflict (article_key) do update
set url = excluded.url, revision_key = excluded.revision_key, published_at = excluded.published_at,
    published_on = excluded.published_on, search = excluded.search;
