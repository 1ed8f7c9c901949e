-- What must hold of an outlet's day that is loaded; each line counts what breaks it.
select 'links whose page was fetched and has no outcome' as invariant, count(*)
from crawl.link
where run_day = %(day)s and outlet = %(outlet)s and outcome = 'pending' and page_key is not null
union all
select 'links that were never fetched', count(*)
from crawl.link
where run_day = %(day)s and outlet = %(outlet)s and outcome = 'pending' and page_key is null and next_try_at is null
union all
select 'loaded links without an article', count(*)
from crawl.link
left join news.article using (article_key)
where link.day = %(day)s and link.outlet = %(outlet)s
    and link.outcome in ('loaded', 'unchanged', 'duplicate') and article.article_key is null
union all
select 'articles that no link led to', count(*)
from news.article
where published_on = %(day)s and outlet = %(outlet)s
    and not exists (select from crawl.link where link.article_key = article.article_key)
    and not exists (select from crawl.look where look.article_key = article.article_key)
union all
select 'drafts that wait to be loaded', count(*)
from crawl.draft
where outlet = %(outlet)s;
