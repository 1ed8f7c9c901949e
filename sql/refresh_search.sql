-- Renews what articles are found by, where their current text was marked.
update news.article
set search = news.searchable(revision, outlet)
from news.revision
where revision.revision_key = article.revision_key
    and article.revision_key = any (array(select revision_key from marked));
