-- Writes what became of leased links; a holder whose lease is another's by now changes nothing.
update crawl.link
set outcome = settled.outcome,
    reason = settled.reason,
    page_key = settled.page_key,
    visited_at = case when settled.page_key is null then link.visited_at else coalesce(%(moment)s, now()) end,
    next_try_at = now() + settled.wait,
    lease = null,
    day = case when settled.outcome = 'pending' then link.day else coalesce(link.day, link.run_day) end,
    settled_at = case when settled.outcome = 'pending' then null else now() end
from unnest(
    %(link_key)s::bytea[], %(fence)s::bigint[], %(outcome)s::text[], %(reason)s::text[],
    %(page_key)s::bytea[], %(wait)s::interval[]
) as settled (link_key, fence, outcome, reason, page_key, wait)
where link.link_key = settled.link_key and link.lease = settled.fence and link.outcome = 'pending';
