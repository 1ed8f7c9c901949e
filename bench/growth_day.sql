-- The drafts of a measured day, as extraction leaves them.
create temporary table fresh as
select
    n, title, body, %(day)s::date as day,
    sha256(convert_to(format('new %%s', n), 'UTF8')) as article_key,
    sha256(convert_to(format('new revision %%s', n), 'UTF8')) as revision_key,
    sha256(convert_to(format('new page %%s', n), 'UTF8')) as page_key,
    format('https://o%%s.example/new/%%s', n %% 10, n) as url,
    format('o%%s', n %% 10) as outlet
from story
where day_back = %(day_back)s;

insert into crawl.link (link_key, url, outlet, day, run_day, found_via, page_key)
select article_key, url, outlet, day, day, 'growth', page_key
from fresh;

insert into crawl.page (
    page_key, link_key, url, final_url, outlet, file, record_offset, record_length, sha256, status, headers, fetched_at
)
select page_key, article_key, url, url, outlet, format('%%s.warc.gz', day), 0, 1, page_key, 200, '{}', day + 1
from fresh;

insert into crawl.draft (
    page_key, link_key, outlet, day, fetched_at, outcome, article_key, revision_key, article_url, title, body,
    published_at, published_on, authors, agencies, tags
)
select
    page_key, article_key, outlet, day, day + 1, 'loaded', article_key, revision_key, url, title, body,
    day + n %% 86400 * interval '1 s', day, '{}', '{}', '{}'
from fresh;

drop table fresh;
