-- The versions of an article in the order in which they were first seen.
select revision.seen_at, revision.last_seen_at, revision.modified_at, revision.title,
    news.without(revision.body, revision.boilerplate) as body,
    revision.revision_key = article.revision_key as is_current
from news.revision
join news.article using (article_key)
where revision.article_key = %(article_key)s
order by revision.seen_at, revision.revision_key desc;
