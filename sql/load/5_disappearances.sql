-- An article whose address shows something else now has disappeared; its link keeps its outcome, and the article stays.
insert into news.disappearance (article_key, gone_at, how)
select distinct on (link.article_key) link.article_key, draft.fetched_at, draft.reason
from crawl.draft
join crawl.link using (link_key)
where draft.page_key in (select page_key from loading)
    and draft.outcome = 'quarantined'
    and draft.reason in ('soft_404', 'home_redirect', 'other_article')
    and link.outcome in ('loaded', 'unchanged')
    and link.article_key not in (select article_key from news.disappearance where back_at is null)
order by link.article_key, draft.fetched_at
on conflict (article_key, gone_at) do nothing;
