"""Who signed: keys, detached signatures, proofs of possession, and the key ring folded from recorded events.

The only part of the published language that needs cryptography; a reader that trusts a checked copy of the
ledger can do without it.
"""
