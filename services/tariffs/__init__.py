"""The service that decides: what partners post is verified, judged by the rules and handed to the ledger.

An event meets the folders in this order: `doors/` (HTTP, NATS) ▶ `intake/` (verify, decide, publish, answer)
▶ `following/` (the fold of what the ledger recorded) ▶ `outside/` (ledger and NATS as seen from here).
`domain/` holds the rules; it is pure and called by all of them.
"""
