-- ledger.partitions_ahead(): how many whole partitions wait, empty and attached, beyond the one that takes the
-- next entry. The ledger is not ready when it is less than one.
CREATE FUNCTION ledger.partitions_ahead() RETURNS integer
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT count(*)::integer
    FROM pg_inherits AS i
    JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'ledger.entries'::regclass
      AND NOT i.inhdetachpending
      AND substring(c.relname FROM '^entries_([0-9]+)$')::bigint
          > (SELECT coalesce(max(e.position) + 1, 0) / 1000000 FROM ledger.entries AS e)
$$;

REVOKE ALL ON FUNCTION ledger.partitions_ahead() FROM PUBLIC;
