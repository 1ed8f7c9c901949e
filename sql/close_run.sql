-- Closes the record of a run with its counts, and whether it is green.
update ops.run
set finished_at = now(), n_links = %(n_links)s, counts = %(counts)s, is_green = %(is_green)s, note = %(note)s
where run_id = %(run_id)s;
