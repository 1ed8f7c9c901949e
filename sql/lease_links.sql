-- Leases the next links of an outlet's day: by the database's clock, with a fencing token that outlives the lease.
update crawl.link
set lease_until = now() + interval '1 hour', fence = fence + 1, n_tries = n_tries + 1
where link_key in (
    select link_key
    from crawl.link
    where outlet = %(outlet)s
        and run_day = %(day)s
        and outcome = 'pending'
        and page_key is null
        and (lease_until is null or lease_until < now())
        and (next_try_at is null or next_try_at <= now())
    order by link_key
    limit %(limit)s
    for update skip locked
)
returning link_key, url, coalesce(listed_url, url), fence, n_tries;
