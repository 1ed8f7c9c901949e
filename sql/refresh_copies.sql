-- Makes news.copy say of some articles exactly which original each copies, and how; only rows that change are written.
with told as (
    select article_key, original_key, similarity, dropped::integer[] as dropped, added::integer[] as added
    from unnest(
        %(article_key)s::bytea[], %(original_key)s::bytea[], %(similarity)s::real[], %(dropped)s::text[], %(added)s::text[]
    ) as row (article_key, original_key, similarity, dropped, added)
),
removed as (
    delete from news.copy
    where article_key = any (%(member_keys)s::bytea[]) and article_key <> all (%(copy_keys)s::bytea[])
    returning article_key
),
written as (
    insert into news.copy (article_key, original_key, similarity, dropped, added)
    select article_key, original_key, similarity, dropped, added from told order by article_key
    on conflict (article_key) do update
    set original_key = excluded.original_key, similarity = excluded.similarity, dropped = excluded.dropped,
        added = excluded.added
    where (copy.original_key, copy.similarity, copy.dropped, copy.added)
        is distinct from (excluded.original_key, excluded.similarity, excluded.dropped, excluded.added)
    returning article_key
)
select (select count(*) from removed) + (select count(*) from written);
