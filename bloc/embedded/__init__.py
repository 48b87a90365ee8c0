"""Real servers from wheels: our own launcher for PostgreSQL and NATS on one machine, without Docker."""
