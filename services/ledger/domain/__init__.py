"""What the ledger does to drafts, as pure functions: no I/O, no clock, no randomness.

In the order in which a draft meets them: `reading` (bytes to lines and headers; `opened`: the few payloads that
count), `plan` (what must be looked up), `verify` (signatures), `admission` (one draft: admitted or why not;
`stating`: what its second version asks besides), `seal` (entries and leaves), `fold` (a batch of drafts, one
after the other).
"""
