-- When an article was gone from its address.
select gone_at, how, back_at
from news.disappearance
where article_key = %(article_key)s
order by gone_at;
