"""Cosignatures from witnesses: the client side of C2SP tlog-witness.

In the order in which a checkpoint meets the modules: `choosing` (which one goes to a witness next), `asking` (one
bounded HTTP exchange), `answers` (what was said, as a value), `following` (one witness, for as long as the process
lives), `company` (all of them). Nothing here can stop the ledger: a witness that is down, slow or lying costs its
cosignature, and an alarm rises.
"""
