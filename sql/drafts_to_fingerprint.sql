-- The texts that this load may bring, each once, of which no fingerprint is kept.
select distinct on (revision_key) revision_key, article_key, outlet, published_on, body
from crawl.draft
join loading using (page_key)
where revision_key is not null
    and published_on is not null
    and not exists (select from news.fingerprint where fingerprint.revision_key = draft.revision_key)
order by revision_key;
