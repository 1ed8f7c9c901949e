-- The current revision of an article is the one that was seen last; a new article gets its row, with the address that its own
-- link told. Row by row, by index: they are few, whatever the warehouse holds.
insert into news.article as known (article_key, outlet, url, revision_key, published_at, published_on, search)
select
    drafted.article_key, drafted.outlet, drafted.article_url, latest.revision_key, latest.published_at, latest.published_on,
    news.searchable(revision, coalesce(article.outlet, drafted.outlet))
from (
    select distinct on (article_key) article_key, outlet, article_url
    from crawl.draft
    where outcome = 'loaded' and page_key in (select page_key from loading)
    order by article_key, link_key <> article_key, revision_key
) as drafted
cross join lateral (
    select revision_key, published_at, published_on
    from news.revision
    where revision.article_key = drafted.article_key
    order by last_seen_at desc, revision_key
    limit 1
) as latest
join news.revision on revision.revision_key = latest.revision_key
left join news.article on article.article_key = drafted.article_key
where article.revision_key is distinct from latest.revision_key
order by drafted.article_key
on conflict (article_key) do update
set revision_key = excluded.revision_key, published_at = excluded.published_at, published_on = excluded.published_on,
    search = excluded.search;
