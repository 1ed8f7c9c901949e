-- Whether the table of applied migrations is there at all.
select to_regclass('ops.migration') is not null;
