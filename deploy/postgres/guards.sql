-- Event triggers: whoever could change schema ledger (its owner, a superuser) must say first that he means to.
-- Only a superuser can make event triggers, so this is not a migration; it runs at every bootstrap, last.
--
-- The escape, in the session or transaction that changes the schema, and nowhere else (never ALTER ROLE … SET):
--     SET LOCAL bloc.migration = 'why';        DDL is allowed; dropping from schema ledger is still refused
--     SET LOCAL bloc.migration = 'drop: why';  dropping from schema ledger too
-- `bloc migrate` says the first. Nothing in this project says the second.
--
-- Against mistakes and against services that were taken over. Not against a superuser who means it: he can disable
-- these triggers, start the server without them or edit its files. For that there are checkpoints and witnesses.
CREATE SCHEMA IF NOT EXISTS guards;
REVOKE ALL ON SCHEMA guards FROM PUBLIC;

-- Before any DDL. What it is about is not known yet at ddl_command_start, so everything is refused, not only what
-- names schema ledger; ddl_command_end knows, but is too late for DETACH PARTITION CONCURRENTLY, which has
-- committed its first half by then, and DETACH is no drop to sql_drop. Roles that own nothing in schema ledger
-- (tariffs_app and its projections) pass: ordinary privileges stop them. Asked by ownership and not by name,
-- because REASSIGN OWNED, which no event trigger sees, could have made somebody else the owner.
CREATE OR REPLACE FUNCTION guards.refuse_ddl() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF tg_tag = 'REINDEX' OR NOT EXISTS (
        SELECT FROM pg_namespace WHERE nspname = 'ledger' AND pg_has_role(current_user, nspowner, 'MEMBER')
        UNION ALL
        SELECT FROM pg_class WHERE relnamespace = to_regnamespace('ledger')
           AND pg_has_role(current_user, relowner, 'MEMBER')
    ) THEN
        RETURN;
    END IF;
    IF coalesce(current_setting('bloc.migration', true), '') = '' THEN
        RAISE EXCEPTION 'database % is guarded: % is refused', current_database(), tg_tag
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Change the schema with a migration (bloc migrate). deploy/postgres/guards.sql tells '
                         'of the escape.';
    END IF;
END
$$;

-- After the command, with the list of what it dropped: tables, partitions, columns, triggers, constraints,
-- functions and grants of schema ledger, also those that went along by CASCADE. The one exception is the range
-- check that ledger.make_partitions puts on a partition for the moment of attaching it.
CREATE OR REPLACE FUNCTION guards.refuse_drop() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    dropped record;
BEGIN
    IF current_setting('bloc.migration', true) LIKE 'drop:%' THEN
        RETURN;
    END IF;
    FOR dropped IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
        CONTINUE WHEN dropped.object_type = 'table constraint' AND dropped.object_identity LIKE 'in_range on ledger.%';
        IF dropped.schema_name = 'ledger' OR dropped.object_identity LIKE 'ledger.%'
           OR dropped.object_identity LIKE '% on ledger.%'
           OR (dropped.object_type = 'schema' AND dropped.object_name = 'ledger') THEN
            RAISE EXCEPTION 'schema ledger is guarded: dropping % % is refused',
                dropped.object_type, dropped.object_identity
                USING ERRCODE = 'insufficient_privilege',
                      HINT = 'Nothing is dropped from the record. deploy/postgres/guards.sql tells of the escape.';
        END IF;
    END LOOP;
END
$$;

DROP EVENT TRIGGER IF EXISTS bloc_refuse_ddl;
CREATE EVENT TRIGGER bloc_refuse_ddl ON ddl_command_start EXECUTE FUNCTION guards.refuse_ddl();
ALTER EVENT TRIGGER bloc_refuse_ddl ENABLE ALWAYS;

DROP EVENT TRIGGER IF EXISTS bloc_refuse_drop;
CREATE EVENT TRIGGER bloc_refuse_drop ON sql_drop EXECUTE FUNCTION guards.refuse_drop();
ALTER EVENT TRIGGER bloc_refuse_drop ENABLE ALWAYS;
