-- The revisions of an article, the oldest first, each with what it changed; the first has changed nothing.
select revision.seen_at, revision.last_seen_at, revision.modified_at, revision.title,
    news.without(revision.body, revision.boilerplate) as body, changes.is_silent, changes.n_added, changes.n_removed
from news.revision
left join news.changes on changes.article_key = revision.article_key and changes.to_key = revision.revision_key
where revision.article_key = %(article_key)s
order by revision.seen_at, revision.revision_key;
