-- The schemas that a first migration would make and that are there already.
select nspname from pg_namespace where nspname in ('crawl', 'news', 'ops') order by nspname;
