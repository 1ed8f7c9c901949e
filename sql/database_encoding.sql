-- The encoding of this database, and its locales: the system's, and its provider's own, where that is another.
select pg_encoding_to_char(encoding),
    concat_ws(' with ', datctype, nullif(coalesce(about ->> 'datlocale', about ->> 'daticulocale'), datctype))
from pg_database, to_jsonb(pg_database) as about -- versions name the column differently
where datname = current_database();
