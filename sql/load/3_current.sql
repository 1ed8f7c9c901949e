-- The current revision of an article is the one that was seen last.
update news.article
set revision_key = latest.revision_key,
    published_at = latest.published_at,
    published_on = latest.published_on,
    search = news.search_vector(concat_ws(' ', latest.title, latest.summary, array_to_string(latest.body, ' ')))
from (
    select distinct on (revision.article_key) revision.*
    from news.revision
    where revision.article_key in (
        select article_key
        from crawl.draft
        where outcome = 'loaded' and page_key in (select page_key from loading)
    )
    order by revision.article_key, revision.last_seen_at desc, revision.revision_key
) as latest
where article.article_key = latest.article_key
    and (article.revision_key <> latest.revision_key or article.search = '');
