-- An article whose address shows something else now, or nothing, has disappeared until it is seen again; its link keeps its
-- outcome, and the article stays. Of what is seen while it is away the first counts.
with away as (
    select distinct on (link.article_key, known.back_at) link.article_key, seen.gone_at, seen.how, known.back_at
    from (
        select link_key, fetched_at as gone_at, reason as how, day is null as is_recorded
        from crawl.draft
        where page_key in (select page_key from loading)
            and outcome = 'quarantined'
            and reason in ('soft_404', 'home_redirect', 'other_article')
        union all
        select link_key, gone_at, how, true from gone
    ) as seen
    join crawl.link using (link_key)
    cross join lateral (
        select min(moment) as first_seen_at, min(moment) filter (where moment > seen.gone_at) as back_at
        from (
            select seen_at as moment
            from news.revision
            where revision.article_key = link.article_key
            union all
            select sighting.seen_at
            from news.sighting
            join news.revision using (revision_key)
            where revision.article_key = link.article_key
            union all -- a later visit of the crawl, which tells by itself what it found gone
            select link.visited_at
            where seen.is_recorded
                and link.n_visits > 0
                and not exists (
                    select from news.disappearance
                    where disappearance.article_key = link.article_key and disappearance.back_at is null
                )
        ) as sight
    ) as known
    where link.outcome in ('loaded', 'unchanged') and seen.gone_at > known.first_seen_at
    order by link.article_key, known.back_at, seen.gone_at
),
later as (
    delete from news.disappearance
    using away
    where disappearance.article_key = away.article_key
        and disappearance.gone_at > away.gone_at
        and disappearance.gone_at < coalesce(away.back_at, 'infinity')
)
insert into news.disappearance (article_key, gone_at, how, back_at)
select article_key, gone_at, how, back_at
from away
where not exists (
    select from news.disappearance as known
    where known.article_key = away.article_key
        and known.gone_at <= away.gone_at
        and coalesce(known.back_at, 'infinity') > away.gone_at
)
order by article_key, gone_at;
