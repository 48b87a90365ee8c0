-- ledger.unguarded: tables and partitions of schema ledger that lack an append-only trigger, or whose trigger is
-- not ENABLE ALWAYS, or that belong to another than bloc_owner. Must be empty: `bloc migrate` refuses to
-- commit otherwise, and an auditor can look for himself.
CREATE VIEW ledger.unguarded AS
SELECT c.oid::regclass::text AS relation, wanted.trigger_name AS lacks
FROM pg_catalog.pg_class AS c
CROSS JOIN (VALUES ('refuse_change'), ('refuse_truncate')) AS wanted (trigger_name)
WHERE c.relnamespace = 'ledger'::regnamespace
  AND c.relkind IN ('r', 'p')
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_trigger AS t
      WHERE t.tgrelid = c.oid
        AND t.tgname = wanted.trigger_name
        AND t.tgenabled = 'A'
        AND t.tgfoid = 'ledger.refuse_change()'::regprocedure)
UNION ALL
SELECT c.oid::regclass::text, 'owner bloc_owner'
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = 'ledger'::regnamespace
  AND pg_catalog.pg_get_userbyid(c.relowner) <> 'bloc_owner';
