-- An article that is seen again after its disappearance is back.
update news.disappearance
set back_at = seen.seen_at
from (
    select article_key, min(fetched_at) as seen_at
    from crawl.draft
    join news.disappearance using (article_key)
    where page_key in (select page_key from loading)
        and outcome = 'loaded'
        and back_at is null
        and fetched_at > gone_at
    group by article_key
) as seen
where disappearance.article_key = seen.article_key and disappearance.back_at is null;
