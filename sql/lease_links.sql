-- Leases the next links of an outlet for whoever has its turn; a lease from an earlier turn has lapsed, and its try does not
-- count. They are the day's own, and with is_settling also those of other days that no other run would fetch: whose day was
-- run already, that have no day, or whose day is within the last week.
update crawl.link
set lease = %(fence)s, n_tries = n_tries + case when lease is null then 1 else 0 end
where link_key in (
    select link_key
    from crawl.link
    where outlet = %(outlet)s
        and outcome = 'pending'
        and page_key is null
        and lease is distinct from %(fence)s
        and (next_try_at is null or next_try_at <= now())
        and (
            run_day = %(day)s
            or %(is_settling)s
                and run_day is not null
                and (
                    day is null
                    or day between %(first_day)s and %(last_day)s
                    or exists (
                        select from ops.run
                        where run.outlet = link.outlet and run.day = link.day and run.stage in ('run', 'crawl')
                            and run.finished_at is not null
                    )
                )
        )
    order by run_day <> %(day)s, link_key
    limit %(limit)s
)
returning link_key, url, coalesce(listed_url, url), lease, n_tries, coalesce(day, run_day);
