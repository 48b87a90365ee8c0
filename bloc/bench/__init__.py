"""Measuring what the system does as a ratio to the physical limit of the same machine in the same run.

No figure here is a test: machines differ and are shared. The limit is a raw COPY of the very same rows into the very
same tables (indexes, triggers and all), or for replay a raw COPY OUT of the same entries.
"""
