-- The articles that a query finds, the best first, with what a person wants to see of them.
select best.title, best.outlet, best.published_on, best.url, original.url as original_url,
    array_prepend(
        revision.title, coalesce(revision.summary, '') || news.without(revision.body, revision.boilerplate)
    ) as paragraphs
from news.search(
    %(query)s, %(outlets)s::text[], %(since)s::date, %(until)s::date, %(agencies)s::text[], %(limit)s
) with ordinality as best (article_key, rank, outlet, published_on, title, url, place)
join news.article using (article_key)
join news.revision on revision.revision_key = article.revision_key
left join news.copy on copy.article_key = article.article_key
left join news.article as original on original.article_key = copy.original_key
order by best.place;
