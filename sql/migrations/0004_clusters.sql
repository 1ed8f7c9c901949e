-- What links led to an article, without reading all of them.
create index link_article on crawl.link (article_key) where article_key is not null;

-- What a copy changed of its original: the places (from 1) of the paragraphs that it left out of the original's body, and of
-- those in its own body that the original does not have.
alter table news.copy
    add column dropped integer[] not null default '{}',
    add column added integer[] not null default '{}';

-- The articles that are copies of one another, known by the key of their original.
create table news.cluster (
    cluster_key bytea primary key references news.article (article_key),
    n_articles integer not null check (n_articles > 1), -- the original and its copies
    n_outlets integer not null,
    agencies text[] not null -- ids, of all that any of them credits
);

-- Every copy beside its original, and the paragraphs that it dropped and added.
create view news.copies as
select
    copied.outlet,
    copied.url,
    copied.published_at,
    copied.published_on,
    original.outlet as original_outlet,
    original.url as original_url,
    original.published_at as original_published_at,
    original.published_on as original_published_on,
    copy.similarity,
    array(select theirs.body[place] from unnest(copy.dropped) as place order by place) as dropped,
    array(select mine.body[place] from unnest(copy.added) as place order by place) as added
from news.copy
join news.article as copied on copied.article_key = copy.article_key
join news.revision as mine on mine.revision_key = copied.revision_key
join news.article as original on original.article_key = copy.original_key
join news.revision as theirs on theirs.revision_key = original.revision_key;

-- Every cluster with its original.
create view news.clusters as
select
    encode(cluster.cluster_key, 'hex') as cluster_key,
    original.outlet,
    original.url,
    revision.title,
    original.published_at,
    original.published_on,
    cluster.n_articles,
    cluster.n_outlets,
    cluster.agencies
from news.cluster
join news.article as original on original.article_key = cluster.cluster_key
join news.revision on revision.revision_key = original.revision_key;

-- Who copies whom: how many of an outlet's articles of a month are copies of another's (or of its own), and their share of all
-- that it has of that month.
create view news.copying as
select month, outlet, original_outlet, n, round(n / n_articles, 4) as share
from (
    select
        copied.month,
        copied.outlet,
        original.outlet as original_outlet,
        count(*) as n,
        sum(count(*)) over (partition by copied.month, copied.outlet) as n_articles
    from (select *, date_trunc('month', published_on::timestamp)::date as month from news.article) as copied
    left join news.copy on copy.article_key = copied.article_key
    left join news.article as original on original.article_key = copy.original_key
    group by copied.month, copied.outlet, original.outlet
) as counted
where original_outlet is not null;

-- The share of original reporting by outlet and month: what is no copy, and credits no agency, nor do its copies.
create view news.originality as
select
    article.outlet,
    date_trunc('month', article.published_on::timestamp)::date as month,
    count(*) as n_articles,
    count(*) filter (where copy.article_key is not null) as n_copies,
    count(*) filter (where copy.article_key is null and credited.is_so) as n_of_agencies,
    count(*) filter (where copy.article_key is null and not credited.is_so) as n_original,
    round(count(*) filter (where copy.article_key is null and not credited.is_so)::numeric / count(*), 4) as share
from news.article
join news.revision using (revision_key)
left join news.copy on copy.article_key = article.article_key
left join news.cluster on cluster.cluster_key = article.article_key
cross join lateral (select revision.agencies <> '{}' or coalesce(cluster.agencies <> '{}', false) as is_so) as credited
group by article.outlet, date_trunc('month', article.published_on::timestamp)::date;
