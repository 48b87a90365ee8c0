"""How the outside comes in: HTTP (submissions and reads) and NATS (submissions)."""
