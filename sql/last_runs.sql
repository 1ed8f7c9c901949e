-- How the last run of every outlet ended; one that has not ended is under way while its outlet's turn is held.
select distinct on (run.outlet)
    run.outlet, run.exit_code, run.failures, run.started_at, run.finished_at, coalesce(turn.until > now(), false) as has_turn,
    run.stage, run.day, run.n_links, run.outcomes
from ops.run
left join crawl.turn on turn.outlet = run.outlet
where run.stage in ('run', 'crawl', 'ingest')
order by run.outlet, run.run_id desc;
