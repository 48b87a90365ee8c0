"""The ledger's tables: the only part of the service that speaks SQL.

`loading` reads back what the sequencer must remember, `lookups` answers the plan of a batch, `writing` commits a
batch in one transaction, `partitions` keeps room ahead, `reads` serves everybody else.
"""
