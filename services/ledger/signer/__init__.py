"""The signer: reads the committed rows back, recomputes the tree from their bytes, and signs what it found.

In the order in which they are used: `memory` (what was signed last, and where that is known from), `asking` (what
witnesses know of it, when nobody here does), `rereading` (rows into the tree), `signer` (the task). What is checked,
and whether signing is permitted, is pure and stands in `domain.rechecking` and `domain.signing`.
"""
