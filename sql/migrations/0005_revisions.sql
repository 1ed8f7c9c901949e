-- When a crawl last looked at a link, and how often it came back after the first time.
alter table crawl.link
    add column visited_at timestamptz,
    add column n_visits integer not null default 0;

-- The pages that wait to be extracted.
create index page_waiting on crawl.page (outlet) where extracted_at is null;

-- When an article was seen to be gone from its address, and how; the article and its revisions stay.
create table news.disappearance (
    article_key bytea not null references news.article,
    gone_at timestamptz not null,
    how text not null check (how in ('404', '410', 'soft_404', 'home_redirect', 'other_article')),
    back_at timestamptz check (back_at > gone_at), -- when it was seen again
    primary key (article_key, gone_at)
);

-- When a version was seen again, on a page of other bytes or after another version; the first time stands in its revision.
create table news.sighting (
    revision_key bytea not null references news.revision,
    seen_at timestamptz not null,
    page_key bytea not null,
    primary key (revision_key, seen_at, page_key)
);

-- Every change of an article, from one version to the next that was seen, a way back to an older one too: whether the
-- headline changed, how many words of the text came and went (a paragraph that only moved counts for none), and whether the
-- page kept silent about it (null where that cannot be told).
create view news.changes as
select
    article.outlet,
    article.url,
    article.published_on,
    article.article_key,
    before.revision_key as from_key,
    after.revision_key as to_key,
    seen.seen_at,
    after.modified_at,
    before.title as title_before,
    after.title,
    before.title <> after.title as is_title_changed,
    difference.n_added,
    difference.n_removed,
    case
        when before.title = after.title and text_before.body = text_after.body then false
        when after.modified_at > coalesce(before.modified_at, '-infinity') then false
        -- a page that moves both of its times to the same moment tells of its change, though only the one is kept
        when after.modified_at is null and after.published_at > coalesce(before.modified_at, before.published_at) then false
        -- «آخر تحديث» on the day of publication is not kept where it may be the publication itself
        when after.published_at is null and seen.seen_before < (after.published_on + 1)::timestamp at time zone 'UTC' then null
        -- two addresses may show one text differently
        when page_before.link_key is distinct from page_after.link_key then null
        else true
    end as is_silent
from (
    select
        *,
        lag(revision_key) over earlier as key_before,
        lag(seen_at) over earlier as seen_before,
        lag(page_key) over earlier as page_before
    from (
        select article_key, revision_key, seen_at, page_key
        from news.revision
        union all
        select revision.article_key, revision_key, sighting.seen_at, sighting.page_key
        from news.sighting
        join news.revision using (revision_key)
    ) as sighting
    window earlier as (partition by article_key order by seen_at, revision_key desc)
) as seen
join news.article using (article_key)
join news.revision as after on after.revision_key = seen.revision_key
join news.revision as before on before.revision_key = seen.key_before
left join crawl.page as page_before on page_before.page_key = seen.page_before
left join crawl.page as page_after on page_after.page_key = seen.page_key
cross join lateral (select array_to_string(news.without(before.body, before.boilerplate), E'\n') as body) as text_before
cross join lateral (select array_to_string(news.without(after.body, after.boilerplate), E'\n') as body) as text_after
cross join lateral (
    select
        (
            select count(*)::integer from (
                select regexp_split_to_table(text_after.body, '\s+') except all select regexp_split_to_table(text_before.body, '\s+')
            ) as added (word)
            where word <> ''
        ) as n_added,
        (
            select count(*)::integer from (
                select regexp_split_to_table(text_before.body, '\s+') except all select regexp_split_to_table(text_after.body, '\s+')
            ) as removed (word)
            where word <> ''
        ) as n_removed
) as difference
where seen.key_before <> seen.revision_key
    and seen.page_before not in (seen.page_key, after.page_key); -- one page read twice, differently, is no change of the article
