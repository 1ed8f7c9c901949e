-- The texts, as they are now, of some articles' revisions that have no fingerprint, neither kept nor fresh.
-- Row by row, by index: they are few, whatever the warehouse holds.
select revision.revision_key, revision.article_key, theirs.outlet, revision.published_on,
    news.without(revision.body, revision.boilerplate)
from unnest(%(article_keys)s::bytea[]) as asked (article_key)
cross join lateral (
    select revision_key, article_key, published_on, body, boilerplate from news.revision
    where revision.article_key = asked.article_key
    offset 0
) as revision
cross join lateral (select outlet from news.article where article.article_key = revision.article_key limit 1) as theirs
where revision.published_on is not null
    and not exists (select from news.fingerprint where fingerprint.revision_key = revision.revision_key offset 0)
    and revision.revision_key not in (select revision_key from fresh)
order by revision.revision_key;
