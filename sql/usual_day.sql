-- How many articles an outlet has of a day, and whether it is expected to have some: because it was never read before, never
-- gave an article, or had some on at least five of the last seven other days that were read. A day was read where its run found
-- links: an outage is no day without news.
select
    (select count(*) from news.article where outlet = %(outlet)s and published_on = %(day)s),
    case count(*) filter (where has_articles)
        when 0 then count(*) = 0 or not exists (
            select from ops.run where outlet = %(outlet)s and outcomes ?| array['loaded', 'unchanged', 'duplicate']
        )
        else count(*) filter (where has_articles) >= 5
    end
from (
    select exists (
        select from news.article where article.outlet = %(outlet)s and article.published_on = read.day
    ) as has_articles
    from (
        select distinct day
        from ops.run
        where outlet = %(outlet)s and day <> %(day)s and stage in ('run', 'crawl') and finished_at is not null
            and (counts #>> '{crawl,links}')::bigint > 0
        order by day desc
        limit 7
    ) as read
) as other_day;
