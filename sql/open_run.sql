-- Opens the record of a run.
insert into ops.run (stage, day, outlets)
values (%(stage)s, %(day)s, %(outlets)s)
returning run_id;
