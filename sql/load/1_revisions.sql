-- The versions that no look counts for any more: another address showed them before the article's own was read.
create temporary table dropped on commit drop as
select known.revision_key, known.published_on, theirs.outlet
from touched
cross join lateral (
    select revision_key, published_on from news.revision where revision.article_key = touched.article_key offset 0
) as known
cross join lateral (select outlet from news.article where article.article_key = touched.article_key limit 1) as theirs
where known.revision_key not in (select revision_key from counted);

-- Their fingerprints go.
delete from news.fingerprint where revision_key = any (array(select revision_key from dropped));

-- Their pairs go.
delete from news.pair
where left_key = any (array(select revision_key from dropped)) or right_key = any (array(select revision_key from dropped));

-- Their sightings go, and those of other versions that count no more, or are the first now.
delete from news.sighting
where revision_key = any (array(select revision_key from dropped union select revision_key from counted))
    and (revision_key, seen_at, page_key) not in (select revision_key, seen_at, page_key from counted where place > 1);

-- They go themselves.
delete from news.revision where revision_key = any (array(select revision_key from dropped));

-- A version that was known knows when it was seen first and last.
update news.revision
set page_key = first.page_key, seen_at = first.seen_at, last_seen_at = first.last_seen_at
from counted as first
where first.place = 1
    and revision.revision_key = first.revision_key
    and (revision.page_key, revision.seen_at, revision.last_seen_at) <> (first.page_key, first.seen_at, first.last_seen_at);

-- A new one is kept; of one that was known, how its first page was read.
insert into news.revision as revision (
    revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url, title, summary, body, published_at,
    published_on, published_raw, date_source, modified_at, authors, agencies, dateline, attribution_raw, section,
    tags, image_url, language, removed, disagreed
)
select
    revision_key, article_key, page_key, fetched_at, first.last_seen_at, article_url, title, summary, body, published_at,
    published_on, published_raw, date_source, modified_at, authors, agencies, dateline, attribution_raw, section,
    tags, image_url, language, coalesce(removed, '[]'), coalesce(disagreed, '[]')
from crawl.draft
join counted as first using (revision_key, article_key, page_key)
where first.place = 1 and first.seen_at = draft.fetched_at and page_key in (table loading)
order by revision_key
on conflict (revision_key) do update
set removed = excluded.removed, disagreed = excluded.disagreed
where (revision.removed, revision.disagreed) <> (excluded.removed, excluded.disagreed);
