-- The fields of the reading contract, their types, and what they mean.
select attname, format_type(atttypid, null), coalesce(col_description(attrelid, attnum), '')
from pg_attribute
where attrelid = 'news.articles'::regclass and attnum > 0 and not attisdropped
order by attnum;
