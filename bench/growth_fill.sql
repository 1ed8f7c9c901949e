-- Which stories stand on which days: the stories' days come round again and again, far beyond the window of copies.
create temporary table filled as
select
    story.n,
    sha256(convert_to(format('%%s/%%s', round, n), 'UTF8')) as article_key,
    sha256(convert_to(format('revision %%s/%%s', round, n), 'UTF8')) as revision_key,
    sha256(convert_to(format('page %%s/%%s', round, n), 'UTF8')) as page_key,
    sha256(convert_to(format('%%s/%%s', round, of), 'UTF8')) as original_key,
    sha256(convert_to(format('revision %%s/%%s', round, of), 'UTF8')) as original_revision_key,
    format('https://o%%s.example/%%s/%%s', n %% 10, round, n) as url,
    format('o%%s', n %% 10) as outlet,
    %(first_day)s::date - day_back - round * %(cycle)s as published_on,
    of
from story
cross join generate_series(0, %(n_articles)s / (%(cycle)s * %(a_day)s)) as round
where day_back > 0 and round * %(cycle)s + day_back <= %(n_articles)s / %(a_day)s;

-- Foreign keys hold by construction.
set session_replication_role = replica;
drop index news.article_search;

insert into crawl.link (link_key, url, outlet, day, run_day, found_via, outcome, page_key, article_key, settled_at)
select article_key, url, outlet, published_on, published_on, 'growth', 'loaded', page_key, article_key, published_on + 1
from filled;

insert into crawl.page (
    page_key, link_key, url, final_url, outlet, file, record_offset, record_length, sha256, status, headers, fetched_at,
    extracted_at
)
select
    page_key, article_key, url, url, outlet, format('%%s.warc.gz', published_on), 0, 1, page_key, 200, '{}',
    published_on + 1, published_on + 1
from filled;

insert into news.article (article_key, outlet, url, revision_key, published_at, published_on, search)
select article_key, outlet, url, revision_key, published_on + n %% 86400 * interval '1 s', published_on, search
from filled
join story using (n);

insert into news.revision (
    revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url, title, body, published_at, published_on,
    authors, agencies, tags
)
select
    revision_key, article_key, page_key, published_on + 1, published_on + 1, url, title, body,
    published_on + n %% 86400 * interval '1 s', published_on, '{}', '{}', '{}'
from filled
join story using (n);

insert into news.fingerprint (revision_key, article_key, outlet, published_on, body_key, shingles, bands)
select revision_key, article_key, outlet, published_on, body_key, shingles, bands
from filled
join story using (n);

insert into crawl.look (link_key, seen_at, page_key, is_crawled, article_key, revision_key, published_on)
select article_key, published_on + 1, page_key, true, article_key, revision_key, published_on
from filled;

-- The copies that were planted.
insert into news.pair (left_key, right_key, similarity)
select least(revision_key, original_revision_key), greatest(revision_key, original_revision_key), 0.9
from filled
where of is not null;

insert into news.copy (article_key, original_key, similarity)
select article_key, original_key, 0.9
from filled
where of is not null and original_key in (select article_key from filled);

insert into news.cluster (cluster_key, n_articles, n_outlets, agencies)
select original_key, count(*) + 1, 2, '{}'
from news.copy
group by original_key;

set session_replication_role = origin;
create index article_search on news.article using gin (search);
drop table filled;
