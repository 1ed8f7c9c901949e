-- The articles that a query finds, the best first; the words of the text are weighed by how often and how near they stand.
with best as (
    select article_key, ts_rank(search, news.search_query(%(query)s), 1) as rank
    from news.article
    where search @@ news.search_query(%(query)s)
    order by rank desc, published_on desc nulls last, url
    limit %(limit)s
)
select revision.title, article.outlet, article.published_on, article.url, original.url as original_url,
    array_prepend(revision.title, coalesce(revision.summary, '') || revision.body) as paragraphs
from best
join news.article using (article_key)
join news.revision on revision.revision_key = article.revision_key
left join news.copy on copy.article_key = article.article_key
left join news.article as original on original.article_key = copy.original_key
order by best.rank desc, article.published_on desc nulls last, article.url;
