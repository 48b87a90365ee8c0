-- Inside the database `bloc`, by a superuser, before the first migration. Harmless to run again.
-- The database belongs to the superuser, not to bloc_owner: an owner could drop it whole. The owner role gets two
-- schemas to work in, and `migrations` for the one table that has to be updated: the number of the last revision.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO bloc_owner, ledger_app, tariffs_app, auditor', current_database());
    -- Times are stored as instants; this settles how they are shown to people with psql.
    EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'UTC');
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS ledger AUTHORIZATION bloc_owner;
CREATE SCHEMA IF NOT EXISTS tariffs AUTHORIZATION bloc_owner;
CREATE SCHEMA IF NOT EXISTS migrations AUTHORIZATION bloc_owner;
