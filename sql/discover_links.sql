-- Enters discovered links into the ledger; a link that still waits learns a better hint or spelling, a settled one is left alone.
-- One that only another outlet's document listed, and that was refused there, is its own outlet's from now on.
insert into crawl.link as link (link_key, url, listed_url, outlet, day, run_day, found_via, published_hint, hint_on)
select link_key, url, nullif(listed_url, url), outlet, day, run_day, found_via, published_hint, hint_on
from unnest(
    %(link_key)s::bytea[], %(url)s::text[], %(listed_url)s::text[], %(outlet)s::text[], %(day)s::date[],
    %(run_day)s::date[], %(found_via)s::text[], %(published_hint)s::timestamptz[], %(hint_on)s::date[]
) as found (link_key, url, listed_url, outlet, day, run_day, found_via, published_hint, hint_on)
order by link_key -- as a load takes them, so that the two never wait for each other in a circle
on conflict (link_key) do update set
    published_hint = least(link.published_hint, excluded.published_hint),
    hint_on = least(link.hint_on, excluded.hint_on),
    listed_url = case -- of two spellings the canonical, else the shorter
        when link.outcome = 'refused' then excluded.listed_url
        when link.listed_url is null or excluded.listed_url is null then null
        when (length(link.listed_url), link.listed_url collate "C")
            <= (length(excluded.listed_url), excluded.listed_url collate "C") then link.listed_url
        else excluded.listed_url
    end,
    day = case when link.outcome = 'refused' then excluded.day else coalesce(link.day, excluded.day) end,
    run_day = case when link.day is null or link.outcome = 'refused' then excluded.run_day else link.run_day end,
    outlet = excluded.outlet,
    found_via = case when link.outcome = 'refused' then excluded.found_via else link.found_via end,
    outcome = 'pending',
    discovered_at = case when link.outcome = 'refused' then now() else link.discovered_at end,
    reason = case when link.outcome = 'refused' then null else link.reason end,
    settled_at = null
where link.outcome = 'refused' and link.outlet <> excluded.outlet
    or link.outcome = 'pending'
    and link.outlet = excluded.outlet
    and (
        least(link.published_hint, excluded.published_hint) is distinct from link.published_hint
        or least(link.hint_on, excluded.hint_on) is distinct from link.hint_on
        or (link.day is null and excluded.run_day is distinct from link.run_day)
        or (link.day is null and excluded.day is not null)
        or link.listed_url is not null
        and (
            excluded.listed_url is null
            or (length(excluded.listed_url), excluded.listed_url collate "C")
                < (length(link.listed_url), link.listed_url collate "C")
        )
    );
