-- What must hold of the whole warehouse; each line counts what breaks it.
select 'links that led to an article which is not there' as invariant, count(*)
from crawl.link
left join news.article using (article_key)
where link.outcome in ('loaded', 'unchanged', 'duplicate') and article.article_key is null
union all
select 'links with an outcome that needs a page which the archive does not have', count(*)
from crawl.link
left join crawl.page using (page_key)
where link.outcome in ('loaded', 'unchanged') and page.page_key is null
union all
select 'links whose page is not in the archive''s index', count(*)
from crawl.link
left join crawl.page using (page_key)
where link.page_key is not null and page.page_key is null
union all
select 'articles whose current revision is not one of theirs', count(*)
from news.article
left join news.revision using (revision_key, article_key)
where revision.revision_key is null
union all
select 'revisions whose page is not in the archive''s index', count(*)
from news.revision
left join crawl.page using (page_key)
where page.page_key is null
union all
select 'articles that no link led to', count(*)
from news.article
where not exists (select from crawl.link where link.article_key = article.article_key)
    and not exists (select from crawl.look where look.article_key = article.article_key)
union all
select 'articles without a fingerprint', count(*)
from news.article
left join news.fingerprint using (revision_key)
where fingerprint.revision_key is null
union all
select 'copies of an article that is a copy itself', count(*)
from news.copy
join news.copy as original on original.article_key = copy.original_key
union all
select 'runs called green whose outcomes do not add up to their links', count(*)
from ops.run
where is_green and n_links <> (
    select coalesce(sum(n::bigint), 0) from jsonb_each_text(outcomes) as outcome (name, n)
)
union all
select 'links that wait without a next try, though their outlet''s day was run after they were found', count(*)
from crawl.link
where outcome = 'pending' and page_key is null and next_try_at is null
    and exists (
        select from ops.run
        where run.outlet = link.outlet and run.day = coalesce(link.day, link.run_day) and run.stage in ('run', 'crawl')
            and run.finished_at > link.discovered_at
            and (run.is_green or run.counts @> '{"crawl": {"is_whole": true}}') -- one that ended early leaves links for the next
    );
