-- Which of some outlets have no article at all.
select slug
from unnest(%(outlets)s::text[]) as slug
where not exists (select from news.article where outlet = slug)
order by slug collate "C";
