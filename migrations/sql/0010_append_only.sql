-- Every table of schema ledger is append-only from here on. A later migration that adds a table calls
-- ledger.guard_table for it; ledger.unguarded lists those that were forgotten, and `bloc migrate` refuses to
-- commit while it lists any.
SELECT ledger.guard_table('ledger.entries');
SELECT ledger.guard_table('ledger.ids');
SELECT ledger.guard_table('ledger.key_versions');
SELECT ledger.guard_table('ledger.outcomes');
SELECT ledger.guard_table('ledger.seals');
SELECT ledger.guard_table('ledger.attachments');
SELECT ledger.guard_table('ledger.incarnations');
