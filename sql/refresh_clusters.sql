-- Makes news.cluster hold, of the given articles, exactly those that are originals of copies; only rows that change are
-- written.
with member as (
    select original_key as cluster_key, article_key from news.copy where original_key = any (%(member_keys)s::bytea[])
    union
    select original_key, original_key from news.copy where original_key = any (%(member_keys)s::bytea[])
),
counted as (
    select member.cluster_key, count(*)::integer as n_articles, count(distinct article.outlet)::integer as n_outlets
    from member
    join news.article using (article_key)
    group by member.cluster_key
),
credited as (
    select member.cluster_key, array_agg(distinct agency collate "C" order by agency collate "C") as agencies
    from member
    join news.article using (article_key)
    join news.revision using (revision_key)
    cross join unnest(revision.agencies) as agency
    group by member.cluster_key
),
removed as (
    delete from news.cluster
    where cluster_key = any (%(member_keys)s::bytea[]) and cluster_key not in (select cluster_key from counted)
)
insert into news.cluster (cluster_key, n_articles, n_outlets, agencies)
select cluster_key, n_articles, n_outlets, coalesce(agencies, '{}')
from counted
left join credited using (cluster_key)
order by cluster_key
on conflict (cluster_key) do update
set n_articles = excluded.n_articles, n_outlets = excluded.n_outlets, agencies = excluded.agencies
where (cluster.n_articles, cluster.n_outlets, cluster.agencies)
    is distinct from (excluded.n_articles, excluded.n_outlets, excluded.agencies);
