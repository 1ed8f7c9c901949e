-- Keeps fingerprints; in the order of their keys, so that two days at once never wait for each other in a circle.
insert into news.fingerprint (revision_key, article_key, outlet, published_on, body_key, shingles, bands)
select revision_key, article_key, outlet, published_on, body_key, shingles::bigint[], bands::bigint[]
from unnest(
    %(revision_key)s::bytea[], %(article_key)s::bytea[], %(outlet)s::text[], %(published_on)s::date[],
    %(body_key)s::bytea[], %(shingles)s::text[], %(bands)s::text[]
) as fresh (revision_key, article_key, outlet, published_on, body_key, shingles, bands)
order by revision_key
on conflict (revision_key) do nothing;
