"""A recorded history, wherever it is kept, read in order from its first entry: the ground of replay and audit."""
