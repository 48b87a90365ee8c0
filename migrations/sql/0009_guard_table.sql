-- ledger.guard_table(table): hangs the append-only triggers on one table or partition, ENABLE ALWAYS, so that
-- session_replication_role = replica (which skips ordinary triggers) does not open a way around them.
-- A partition gets the row trigger from its parent when it is attached, ENABLE ALWAYS included, but statement
-- triggers are not cloned: without one of its own, TRUNCATE ledger.entries_0 would empty it.
CREATE FUNCTION ledger.guard_table(guarded regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = guarded AND tgname = 'refuse_change') THEN
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s '
                       'FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()', guarded);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_change', guarded);
    END IF;
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', guarded);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_truncate', guarded);
END
$$;

REVOKE ALL ON FUNCTION ledger.guard_table(regclass) FROM PUBLIC;
