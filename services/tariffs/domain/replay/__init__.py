"""The whole state of a ledger, folded from its entries: written down line by line, and hashed to one number."""
