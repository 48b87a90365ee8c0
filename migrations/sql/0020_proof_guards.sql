-- The tables of the proofs are append-only like all others; the ledger adds and reads, the auditor reads.
SELECT ledger.guard_table('ledger.nodes');
SELECT ledger.guard_table('ledger.checkpoints');
SELECT ledger.guard_table('ledger.cosignatures');
GRANT INSERT, SELECT ON ledger.nodes, ledger.checkpoints, ledger.cosignatures TO ledger_app;
GRANT SELECT ON ledger.nodes, ledger.checkpoints, ledger.cosignatures TO auditor;
