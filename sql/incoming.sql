-- The temporary table that COPY fills, one JSON document a row.
create temporary table if not exists incoming (row jsonb not null) on commit delete rows;
