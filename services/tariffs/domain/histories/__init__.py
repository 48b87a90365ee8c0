"""Histories that are never overwritten, and the one way to read them: for a day V, as known at K."""
