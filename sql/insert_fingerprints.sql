-- Adds fresh fingerprints.
insert into fresh (revision_key, article_key, outlet, published_on, body_key, shingles, bands)
select revision_key, article_key, outlet, published_on, body_key, shingles::bigint[], bands::bigint[]
from unnest(
    %(revision_key)s::bytea[], %(article_key)s::bytea[], %(outlet)s::text[], %(published_on)s::date[],
    %(body_key)s::bytea[], %(shingles)s::text[], %(bands)s::text[]
) as row (revision_key, article_key, outlet, published_on, body_key, shingles, bands);
