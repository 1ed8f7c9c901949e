-- The search vectors of a headline and of a text, once for each.
create temp table base as
select number, title, body, setweight(news.search_vector(title), 'A') as of_title, news.search_vector(body) as of_body
from source;
create unique index on base (number);
analyze base;

-- An index is built faster at the end, and an article and its revision, which name each other, need no proof.
set local session_replication_role to replica;
drop index news.article_search;

-- Every article: a headline and a text, and another one's headline as summary; three years, twenty outlets.
create temp table made as
select
    made.number,
    sha256(('article ' || made.number)::bytea) as article_key,
    sha256(('revision ' || made.number)::bytea) as revision_key,
    made.number %% %(n_documents)s + 1 as base,
    (made.number::bigint * 7919 + made.number / %(n_documents)s) %% %(n_documents)s + 1 as other,
    date '2026-11-19' - made.number %% 1095 as published_on,
    'outlet' || made.number / 1095 %% 20 as outlet,
    case when made.number %% 5 = 0 then array['afp'] else '{}' end as agencies
from generate_series(1, %(n_articles)s) as made (number);

insert into news.article (article_key, outlet, url, revision_key, published_on, search)
select
    made.article_key, made.outlet, 'https://' || made.outlet || '.example/' || made.number, made.revision_key,
    made.published_on,
    base.of_title || setweight(other.of_title, 'B') || base.of_body || array_to_tsvector(
        array['month:' || to_char(made.published_on, 'YYYY-MM'), 'outlet:' || made.outlet]
        || case when made.agencies = '{}' then '{}' else array['agency:afp'] end
    )
from made
join base on base.number = made.base
join base as other on other.number = made.other
order by made.number;

insert into news.revision (
    revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url, title, summary, body, published_on,
    authors, agencies, tags
)
select
    made.revision_key, made.article_key, made.revision_key, made.published_on, made.published_on, '', base.title,
    other.title, array[base.body], made.published_on, '{}', made.agencies, '{}'
from made
join base on base.number = made.base
join base as other on other.number = made.other
order by made.number;

create index article_search on news.article using gin (search);
