-- Two roles, each with a database of its own, neither a superuser: Airflow's and the warehouse's; and one to read with.
-- May be repeated; a changed password takes effect.
\set ON_ERROR_STOP on
\set airflow_password `cat /run/secrets/airflow_password`
\set warehouse_password `cat /run/secrets/warehouse_password`

-- A role that is not there yet is made.
SELECT format('CREATE ROLE %I', name)
  FROM (VALUES ('airflow'), ('warraq'), ('warraq_reader')) AS wanted (name)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE airflow LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'airflow_password';
ALTER ROLE warraq LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'warehouse_password';

-- A statement or a forgotten transaction must not hold the warehouse for ever.
ALTER ROLE warraq SET statement_timeout = '1h';
ALTER ROLE warraq SET idle_in_transaction_session_timeout = '15min';

-- A database that is not there yet is made, owned by its role, in UTF-8.
SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', name, name)
  FROM (VALUES ('airflow'), ('warraq')) AS wanted (name)
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)
\gexec

-- Neither role may enter the other's database.
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE warraq FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
