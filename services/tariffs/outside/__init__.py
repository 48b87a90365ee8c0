"""The ledger and NATS, as this service sees them. Nothing else in the service opens a connection."""
