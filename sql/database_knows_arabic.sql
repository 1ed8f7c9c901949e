-- Whether the locale knows an Arabic letter from an Arabic comma, in patterns and in full-text search.
select 'ع' ~ '^[[:alpha:]]$' and (select count(*) from ts_parse('default', 'ع،ع')) = 3;
