-- Takes back the leases of an outlet's dead crawler (the caller holds the outlet's lock, so none is alive).
update crawl.link
set lease_until = null, fence = fence + 1, n_tries = greatest(n_tries - 1, 0)
where outlet = %(outlet)s and lease_until is not null;
