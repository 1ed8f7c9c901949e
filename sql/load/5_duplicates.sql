-- Of several links to one article the one with its own address is loaded, else the first by key; the others are duplicates.
update crawl.link
set outcome = ranked.outcome
from (
    select link_key,
        case
            when link_key = first_value(link_key) over (
                partition by article_key order by link_key <> article_key, link_key
            ) then replace(outcome, 'duplicate', 'loaded')
            else 'duplicate'
        end as outcome
    from crawl.link
    where outcome in ('loaded', 'unchanged', 'duplicate')
        and article_key in (
            select article_key
            from crawl.draft
            where outcome = 'loaded' and page_key in (select page_key from loading)
        )
) as ranked
where link.link_key = ranked.link_key and link.outcome <> ranked.outcome;
