-- How many articles an outlet has of a day, and whether it is expected to have some: because it was never read before, or had
-- some on at least five of the last seven other days that were read.
select
    (select count(*) from news.article where outlet = %(outlet)s and published_on = %(day)s),
    count(*) = 0 or count(*) filter (where has_articles) >= 5
from (
    select exists (
        select from news.article where article.outlet = %(outlet)s and article.published_on = read.day
    ) as has_articles
    from (
        select distinct day
        from ops.run
        where outlet = %(outlet)s and day <> %(day)s and stage in ('run', 'crawl') and finished_at is not null
        order by day desc
        limit 7
    ) as read
) as other_day;
