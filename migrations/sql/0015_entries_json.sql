-- ledger.entries_json: entries for people with SQL: the stamp (line 1) and the event (line 2) as jsonb.
-- A reading aid. Proofs and signatures are over `entry` in ledger.entries, never over this.
CREATE VIEW ledger.entries_json AS
SELECT
    e.position,
    e.recorded_at,
    e.stream,
    e.version,
    e.type,
    e.party,
    ledger.read_json(substring(e.entry FROM 1 FOR position('\x0a'::bytea IN e.entry) - 1)) AS stamp,
    ledger.read_json(substring(e.entry FROM position('\x0a'::bytea IN e.entry) + 1)) AS event
FROM ledger.entries AS e;
