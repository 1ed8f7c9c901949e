-- The current revision of an article is the one that was seen last.
update news.article
set revision_key = latest.revision_key,
    published_at = latest.published_at,
    published_on = latest.published_on,
    search = news.searchable(revision)
from (
    select distinct on (article_key) article_key, revision_key, published_at, published_on
    from news.revision
    where article_key in (
        select article_key
        from crawl.draft
        where outcome = 'loaded' and page_key in (select page_key from loading)
    )
    order by article_key, last_seen_at desc, revision_key
) as latest
join news.revision using (revision_key)
where article.article_key = latest.article_key
    and (article.revision_key <> latest.revision_key or article.search = '');
