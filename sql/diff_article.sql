-- The article that an address leads to, its own or an alias's.
select article.article_key, article.outlet, article.url
from news.article
where article_key in (
    select unnest(%(keys)s::bytea[])
    union all
    select article_key from crawl.link where link_key = any(%(keys)s)
)
order by article_key <> all(%(keys)s)
limit 1;
