-- When the articles were gone from their address: from the first look that found something else there, or nothing, until the
-- next one that found them, or the last visit that found the same page, which is not a look.
create temporary table away on commit drop as
with place as (
    select told.link_key, told.article_key, link.found_at
    from told
    join crawl.link using (link_key)
    where link.outcome in ('loaded', 'unchanged')
),
sight as (
    select article_key, seen_at from counted
    union
    select article_key, found_at from place where found_at is not null
),
missed as (
    select place.article_key, look.seen_at as gone_at, look.reason as how
    from place
    cross join lateral (
        select seen_at, reason from crawl.look
        where look.link_key = place.link_key
            and look.reason in ('404', '410', 'soft_404', 'home_redirect', 'other_article')
        offset 0
    ) as look
)
select distinct on (article_key, back_at) article_key, gone_at, how, back_at
from (
    select article_key, gone_at, how, min(seen_at) filter (where seen_at > gone_at) as back_at
    from missed
    join sight using (article_key)
    group by article_key, gone_at, how
    having min(seen_at) < gone_at
) as gap
order by article_key, back_at, gone_at, how;

-- Forgets what is known otherwise now.
delete from news.disappearance as known
where article_key = any (array(select article_key from touched))
    and not exists (
        select from away
        where (away.article_key, away.gone_at, away.how) = (known.article_key, known.gone_at, known.how)
            and away.back_at is not distinct from known.back_at
    );

-- Keeps the rest.
insert into news.disappearance (article_key, gone_at, how, back_at)
select article_key, gone_at, how, back_at
from away
order by article_key, gone_at
on conflict do nothing;
