-- The roles, once for a cluster, by a superuser. Harmless to run again. Passwords are set apart (bloc bootstrap).
--   bloc_owner   owns the schemas and runs migrations; no service ever has its password
--   ledger_app   the ledger: INSERT and SELECT in schema ledger
--   tariffs_app  tariffs: its own projections in schema tariffs, nothing else
--   auditor      SELECT in schema ledger
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['bloc_owner', 'ledger_app', 'tariffs_app', 'auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS '
                       'NOINHERIT', name);
    END LOOP;
END
$$;

ALTER ROLE auditor SET default_transaction_read_only = on;
-- ledger.make_partitions carries the escape of guards.sql in its definition, and only who may set a parameter may
-- define a function with it.
GRANT SET ON PARAMETER bloc.migration TO bloc_owner;
