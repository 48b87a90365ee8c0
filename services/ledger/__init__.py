"""The ledger service: records and proves. It knows the shape of an event and who may sign, never what it means."""
