"""Checking a record from its bytes alone: pure functions that need no service and no database.

The way of an entry: `opening` reads its two lines, `parts` cuts the author's body out again and checks its
signature, `drafts` does so for whole drafts without knowing anything that came before, `folding` then goes
through them in order with the key ring, `marks` and `regrowing` answer what needs the whole record (every event
once, dense versions, the tree), and `checkpoints` says whether what was recomputed is what was signed.
"""
