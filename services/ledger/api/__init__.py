"""The ledger over HTTP: entries as pages, streams and a live feed; receipts, the head, health."""
