"""What the ledger does to drafts, as pure functions: no I/O, no clock, no randomness.

In the order in which a draft meets them: `reading` (bytes to lines and headers), `plan` (what must be looked
up), `verify` (signatures), `admission` (one draft: admitted or why not), `seal` (entries and leaves), `fold`
(a batch of drafts, one after the other).
"""
