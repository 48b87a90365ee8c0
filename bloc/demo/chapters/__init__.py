"""The chapters of the demo's story, in the order in which they are told."""
