-- Which of some agencies no article credits.
select agency
from unnest(%(agencies)s::text[]) as agency
where not exists (select from news.article where search @@ news.any_of('agency', array[agency])::tsquery)
order by agency;
