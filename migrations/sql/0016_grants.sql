-- Who may do what. The ledger adds and reads, the auditor reads, tariffs has no business in schema ledger at all
-- (it follows the ledger over HTTP) and a schema of its own for projections, which may be dropped and rebuilt.
-- Nobody is granted UPDATE, DELETE, TRUNCATE, REFERENCES or TRIGGER. Partitions get no grants: rows go in and come
-- out through ledger.entries, where all triggers and checks are.
GRANT USAGE ON SCHEMA ledger TO ledger_app, auditor;
GRANT INSERT, SELECT ON
    ledger.entries, ledger.ids, ledger.key_versions, ledger.outcomes, ledger.seals, ledger.attachments,
    ledger.incarnations
    TO ledger_app;
GRANT SELECT ON
    ledger.entries, ledger.ids, ledger.key_versions, ledger.outcomes, ledger.seals, ledger.attachments,
    ledger.incarnations
    TO auditor;
GRANT SELECT ON ledger.entries_json, ledger.unguarded TO ledger_app, auditor;
GRANT EXECUTE ON FUNCTION ledger.read_json(bytea) TO ledger_app, auditor;
GRANT EXECUTE ON FUNCTION ledger.partitions_ahead() TO ledger_app, auditor;
GRANT EXECUTE ON FUNCTION ledger.make_partitions(integer) TO ledger_app;

GRANT USAGE, CREATE ON SCHEMA tariffs TO tariffs_app;
