-- A session reads times in UTC and waits ten minutes for a lock; half an hour is enough for a statement, unless the
-- server has a bound of its own.
set timezone to 'UTC';
set lock_timeout to '10min';
set client_min_messages to warning;
select set_config('statement_timeout', '30min', false) where current_setting('statement_timeout') = '0';
