-- An outlet's articles by day, newest first: for freshness, and for taking one outlet out.
create index article_outlet on news.article (outlet, published_on);

-- A month's articles, for the views that count by month.
create index article_month on news.article ((date_trunc('month', published_on::timestamp)::date), outlet);

-- The articles of one author, by `authors @> array['…']`.
create index revision_authors on news.revision using gin (authors);

-- The reading contract, with day and moment from where an index of days and outlets finds them.
create or replace view news.articles as
select
    'loaded'::text as outcome,
    null::text as reason,
    article.outlet,
    article.url,
    revision.canonical_url,
    revision.title,
    revision.summary,
    news.without(revision.body, revision.boilerplate) as body,
    article.published_at,
    article.published_on,
    revision.published_raw,
    revision.date_source,
    revision.modified_at,
    revision.authors,
    revision.agencies,
    revision.dateline,
    revision.attribution_raw,
    revision.section,
    revision.tags,
    revision.image_url,
    revision.language,
    original.url as original_url
from news.article
join news.revision using (revision_key)
left join news.copy on copy.article_key = article.article_key
left join news.article as original on original.article_key = copy.original_key;

-- What every day brought, by outlet.
create view news.daily_coverage as
select
    article.published_on,
    article.outlet,
    count(*)::integer as n_articles,
    (count(*) - count(copy.article_key))::integer as n_originals,
    count(copy.article_key)::integer as n_copies
from news.article
left join news.copy using (article_key)
group by article.published_on, article.outlet;

-- Every outlet's newest article, and how long its last hundred took from publication to the page that first showed them.
create view news.freshness as
with recursive slug (outlet) as ( -- one step of the index an outlet, however many articles there are
    select min(outlet) from news.article
    union all
    select (select min(article.outlet) from news.article where article.outlet > slug.outlet)
    from slug
    where slug.outlet is not null
)
select
    slug.outlet, newest.published_on, newest.published_at, newest.fetched_at, newest.title, newest.url,
    delay.n_timed, delay.median_delay
from slug
cross join lateral (
    select
        last.published_on, last.published_at, revision.title, last.url,
        (select min(seen_at) from news.revision as known where known.article_key = last.article_key) as fetched_at
    from (
        select article_key, revision_key, published_on, published_at, url
        from news.article
        where article.outlet = slug.outlet and published_on is not null
        order by published_on desc, published_at desc nulls last, url collate "C"
        limit 1
    ) as last
    join news.revision using (revision_key)
) as newest
cross join lateral (
    select
        count(*)::integer as n_timed,
        percentile_disc(0.5) within group (order by first_seen.seen_at - recent.published_at) as median_delay
    from (
        select article_key, published_at
        from news.article
        where article.outlet = slug.outlet and published_on is not null and published_at is not null
        order by published_on desc, published_at desc, article_key
        limit 100
    ) as recent
    cross join lateral (
        select min(seen_at) as seen_at from news.revision as known where known.article_key = recent.article_key
    ) as first_seen
) as delay
where slug.outlet is not null;

-- Every agency's share of an outlet's articles of a month; the row without an agency is of those that credit none.
create view news.agency_share as
select
    article.month,
    article.outlet,
    credited.agency,
    count(*)::integer as n_articles,
    sum(count(*) filter (where coalesce(credited.place, 1) = 1)) over whole::integer as n_of,
    round(count(*) / sum(count(*) filter (where coalesce(credited.place, 1) = 1)) over whole, 4) as share
from (select *, date_trunc('month', published_on::timestamp)::date as month from news.article) as article
join news.revision using (revision_key)
left join lateral unnest(revision.agencies) with ordinality as credited (agency, place) on true
group by article.month, article.outlet, credited.agency
window whole as (partition by article.month, article.outlet);

-- Every article once for each of its authors.
create view news.articles_by_author as
select
    author, article.outlet, article.published_on, article.published_at, revision.title, article.url,
    copy.article_key is not null as is_copy
from news.article
join news.revision using (revision_key)
left join news.copy on copy.article_key = article.article_key
cross join lateral unnest(revision.authors) as author;

-- What each field of the reading contract means: for people in psql, and for the card of a dataset.
comment on column news.articles.outcome is 'always loaded: what is no article is in crawl.links';
comment on column news.articles.reason is 'always null';
comment on column news.articles.outlet is 'the outlet''s slug';
comment on column news.articles.url is 'the article''s address, which names it here';
comment on column news.articles.canonical_url is 'the address that its page calls its own';
comment on column news.articles.title is 'the headline';
comment on column news.articles.summary is 'the standfirst that the page tells';
comment on column news.articles.body is 'the text, a paragraph an element';
comment on column news.articles.published_at is 'the moment of publication; null where the page tells only a day';
comment on column news.articles.published_on is 'the day of publication in the outlet''s time zone';
comment on column news.articles.published_raw is 'the words from which the day was read, as found';
comment on column news.articles.date_source is 'who told the day: jsonld, meta, hint, text or url';
comment on column news.articles.modified_at is 'when the page says that it was last changed';
comment on column news.articles.authors is 'the persons who are named as authors';
comment on column news.articles.agencies is 'the news agencies that are credited, by id';
comment on column news.articles.dateline is 'the place from which the story is sent';
comment on column news.articles.attribution_raw is 'the words of the credit, as found';
comment on column news.articles.section is 'the section of the outlet';
comment on column news.articles.tags is 'the outlet''s keywords';
comment on column news.articles.image_url is 'the address of the picture';
comment on column news.articles.language is 'the language, ISO 639-1';
comment on column news.articles.original_url is 'the url of the article that this one copies; null for an original';

-- Every article that was seen to be gone from its address: when, how, and when it was back.
create view news.disappearances as
select
    article.outlet, article.url, revision.title, article.published_on, disappearance.gone_at, disappearance.how,
    disappearance.back_at
from news.disappearance
join news.article using (article_key)
join news.revision using (revision_key);

-- Lets the role `warraq_reader`, and whoever is granted it, read every view of news and crawl, and nothing else. Where the
-- role is not there it is made; where that is not allowed the answer says what to ask for. May be repeated.
create function ops.admit_readers() returns text
    language plpgsql
as $$
declare
    seen regclass;
begin
    perform pg_advisory_xact_lock(hashtext('warraq_reader'));
    if to_regrole('warraq_reader') is null then
        begin
            create role warraq_reader nologin;
        exception
            when insufficient_privilege then
                return 'The role warraq_reader is not there, and this role may not create it. Have an administrator run '
                    '`create role warraq_reader nologin`, then run `warraq db migrate` again.';
            when duplicate_object or unique_violation then
                null; -- another database's migration made it in the same moment: roles belong to the server
        end;
    end if;
    if not has_database_privilege('warraq_reader', current_database(), 'connect') then
        execute format('grant connect on database %I to warraq_reader', current_database());
    end if;
    grant usage on schema news, crawl to warraq_reader;
    for seen in
        select oid::regclass from pg_class
        where relkind = 'v' and relnamespace in ('news'::regnamespace, 'crawl'::regnamespace)
            and not has_table_privilege('warraq_reader', oid, 'select')
    loop
        execute format('grant select on %s to warraq_reader', seen);
    end loop;
    return null;
end
$$;

-- Readers, where there may be any.
select ops.admit_readers();
