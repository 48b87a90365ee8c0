"""Reports over a history: reading it, and telling what was found."""
