"""Ordering the reassessments that follow from later corrections: which declarations, and what each comes to."""
