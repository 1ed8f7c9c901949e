-- Closes the record of an outlet's run: how it ended, and what it did.
update ops.run
set finished_at = now(), exit_code = %(exit_code)s, n_links = %(n_links)s, outcomes = %(outcomes)s, counts = %(counts)s,
    failures = %(failures)s, notes = %(notes)s
where run_id = %(run_id)s;
