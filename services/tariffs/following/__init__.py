"""What the ledger recorded, followed by position and folded into the rules state."""
