-- Every new content is a revision; a known one only learns when it was first and last seen. All its times but the first are
-- sightings, in whatever order its pages come.
with seen as (
    select *
    from crawl.draft
    where outcome = 'loaded' and page_key in (select page_key from loading)
        and (
            link_key = article_key
            or not exists ( -- what another address shows is no news where the article's own address is there
                select from crawl.draft as own
                where own.article_key = draft.article_key and own.link_key = own.article_key and own.outcome = 'loaded'
            )
        )
),
sighted as (
    insert into news.sighting (revision_key, seen_at, page_key)
    select revision_key, seen_at, page_key
    from (
        select *, row_number() over (partition by revision_key order by seen_at, page_key) as place
        from (
            select revision_key, fetched_at as seen_at, page_key from seen
            union
            select first.*
            from (select distinct revision_key from seen) as drafted
            cross join lateral ( -- by index: they are few, whatever the warehouse holds
                select revision_key, seen_at, page_key from news.revision
                where revision.revision_key = drafted.revision_key
                offset 0
            ) as first
        ) as known
    ) as ranked
    where place > 1
    on conflict do nothing
)
insert into news.revision as revision (
    revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url, title, summary, body, published_at,
    published_on, published_raw, date_source, modified_at, authors, agencies, dateline, attribution_raw, section,
    tags, image_url, language, removed, disagreed
)
select distinct on (revision_key)
    revision_key, article_key, page_key, fetched_at, max(fetched_at) over (partition by revision_key), article_url,
    title, summary, body, published_at, published_on, published_raw, date_source, modified_at, authors, agencies,
    dateline, attribution_raw, section, tags, image_url, language, coalesce(removed, '[]'), coalesce(disagreed, '[]')
from seen
order by revision_key, fetched_at, page_key
on conflict (revision_key) do update set
    page_key = case
        when (excluded.seen_at, excluded.page_key) < (revision.seen_at, revision.page_key) then excluded.page_key
        else revision.page_key
    end,
    removed = case
        when (excluded.seen_at, excluded.page_key) < (revision.seen_at, revision.page_key) then excluded.removed
        else revision.removed
    end,
    disagreed = case
        when (excluded.seen_at, excluded.page_key) < (revision.seen_at, revision.page_key) then excluded.disagreed
        else revision.disagreed
    end,
    seen_at = least(revision.seen_at, excluded.seen_at),
    last_seen_at = greatest(revision.last_seen_at, excluded.last_seen_at)
where (excluded.seen_at, excluded.page_key) < (revision.seen_at, revision.page_key)
    or excluded.last_seen_at > revision.last_seen_at;
