-- Leases the next articles of an outlet that are to be looked at again at a moment: those of which a visit fell due since the
-- last one. Where only the day of publication is known, the visits count from its end. One that is late by more than a week is left out.
update crawl.link
set lease = %(fence)s, n_tries = n_tries + case when lease is null then 1 else 0 end
from (
    select link.link_key, page.page_key, page.headers
    from crawl.link
    join news.article using (article_key)
    join crawl.page using (page_key)
    cross join lateral (
        select coalesce(article.published_at, (article.published_on + 1)::timestamp at time zone %(timezone)s) as moment
    ) as published
    where link.outlet = %(outlet)s
        and link.day >= %(first_day)s
        and link.outcome in ('loaded', 'unchanged')
        and link.visited_at is not null
        and link.lease is distinct from %(fence)s
        and (link.next_try_at is null or link.next_try_at <= now())
        and exists (
            select from unnest(%(hours)s::double precision[]) as after (hours)
            where published.moment + after.hours * interval '1 hour' > link.visited_at
                and published.moment + after.hours * interval '1 hour' <= %(moment)s::timestamptz
        )
    order by link.link_key
    limit %(limit)s
) as due
where link.link_key = due.link_key
returning link.link_key, link.url, coalesce(link.listed_url, link.url), link.lease, link.n_tries, link.day, due.page_key, due.headers ->> 'etag', due.headers ->> 'last-modified';
