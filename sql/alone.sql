-- Waits until nobody else finds pairs or loads, and keeps the others waiting to the end of the transaction; a transaction that
-- is idle for a minute while it holds the lock is ended. What the others committed is seen by the statements that follow, at READ COMMITTED.
set local lock_timeout to '10min';
set local idle_in_transaction_session_timeout to '1min';
select pg_advisory_xact_lock(%(lock)s);
