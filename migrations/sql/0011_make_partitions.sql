-- ledger.make_partitions(ahead): sees to it that `ahead` partitions (1 to 100) are waiting beyond the one that
-- takes the next entry, and answers how many it made. The ledger calls it at start and while it writes, in a
-- transaction of its own. SECURITY DEFINER, because ledger_app may not change the schema; the search path is
-- pinned, or a caller could slip its own functions in.
-- Made apart and then attached: CREATE TABLE … PARTITION OF takes an ACCESS EXCLUSIVE lock on ledger.entries, so
-- that one long reader would stop the writer; ATTACH PARTITION does not. The CHECK spares it the look for
-- rows out of range, and is dropped again because the partition bound says the same.
CREATE FUNCTION ledger.make_partitions(ahead integer) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET bloc.migration = 'partitions'
AS $$
DECLARE
    partition_entries CONSTANT bigint := 1000000;
    next_position bigint;
    first_number bigint;
    number bigint;
    made integer := 0;
    name text;
BEGIN
    IF ahead IS NULL OR ahead NOT BETWEEN 1 AND 100 THEN
        RAISE EXCEPTION 'ledger.make_partitions: ahead must be 1 to 100, not %', coalesce(ahead::text, 'null')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Two callers at once would both find a partition missing, and the second would fail. The key is a word of
    -- its own, so that it never waits for the ledger's writer.
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger.make_partitions', 0));
    SELECT coalesce(max(e.position) + 1, 0) INTO next_position FROM ledger.entries AS e;
    first_number := next_position / partition_entries;
    FOR number IN first_number .. first_number + ahead LOOP
        name := format('ledger.entries_%s', number);
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %s (LIKE ledger.entries INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT in_range CHECK (position >= %s AND position < %s)',
                       name, number * partition_entries, (number + 1) * partition_entries);
        EXECUTE format('ALTER TABLE ledger.entries ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%s)',
                       name, number * partition_entries, (number + 1) * partition_entries);
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT in_range', name);
        PERFORM ledger.guard_table(name::regclass);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

REVOKE ALL ON FUNCTION ledger.make_partitions(integer) FROM PUBLIC;

-- The first ones: position 0 must have somewhere to go before any service has started.
SELECT ledger.make_partitions(2);
