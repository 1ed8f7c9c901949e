-- New articles get their row, with any of their revisions for the moment.
insert into news.article (article_key, outlet, url, revision_key, published_at, published_on, search)
select distinct on (article_key) article_key, outlet, article_url, revision_key, published_at, published_on, ''
from crawl.draft
where outcome = 'loaded' and page_key in (select page_key from loading)
order by article_key, link_key <> article_key, revision_key
on conflict (article_key) do nothing;
