-- Of several links to one article the one with its own address is loaded, else the first by key; the others are duplicates.
update crawl.link
set outcome = ranked.outcome
from (
    select link_key,
        case
            when link_key = first_value(link_key) over (
                partition by found.article_key order by link_key <> found.article_key, link_key
            ) then replace(outcome, 'duplicate', 'loaded')
            else 'duplicate'
        end as outcome
    from (
        select distinct article_key
        from crawl.draft
        where outcome = 'loaded' and page_key in (select page_key from loading)
    ) as written
    cross join lateral ( -- by index: they are few, whatever the warehouse holds
        select link_key, article_key, outcome from crawl.link
        where link.article_key = written.article_key and outcome in ('loaded', 'unchanged', 'duplicate')
        offset 0
    ) as found
) as ranked
where link.link_key = ranked.link_key and link.outcome <> ranked.outcome;
