-- Opens the record of an outlet's run.
insert into ops.run (stage, outlet, day)
values (%(stage)s, %(outlet)s, %(day)s)
returning run_id;
