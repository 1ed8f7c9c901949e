-- Makes news.copy say of some articles exactly which original each copies; only rows that change are written.
with wanted as (
    select grouped.article_key, grouped.original_key, news.jaccard(mine.shingles, theirs.shingles)::real as similarity
    from unnest(%(copy_keys)s::bytea[], %(original_keys)s::bytea[]) as grouped (article_key, original_key)
    join news.article as copied on copied.article_key = grouped.article_key
    join news.fingerprint as mine on mine.revision_key = copied.revision_key
    join news.article as original on original.article_key = grouped.original_key
    join news.fingerprint as theirs on theirs.revision_key = original.revision_key
),
removed as (
    delete from news.copy
    where article_key = any (%(article_keys)s::bytea[]) and article_key not in (select article_key from wanted)
    returning article_key
),
written as (
    insert into news.copy (article_key, original_key, similarity)
    select article_key, original_key, similarity from wanted order by article_key
    on conflict (article_key) do update
    set original_key = excluded.original_key, similarity = excluded.similarity
    where (copy.original_key, copy.similarity) is distinct from (excluded.original_key, excluded.similarity)
    returning article_key
)
select (select count(*) from removed) + (select count(*) from written);
