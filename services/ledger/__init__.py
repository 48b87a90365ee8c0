"""The ledger service: records and proves. It knows the shape of an event and who may sign, never what it means.

In the order in which a draft meets the modules: `sequencer` (begins, and begins again), `drafts` (the feed from
JetStream), `pipeline` (batches; one is sealed while another commits), `domain/` (read, plan, verify, admit,
seal), `store/` (one transaction), `announce` (receipts), `facts` and `watermark` (followers), `signer/` (reads back,
recomputes, signs), `checkpoint_store` (what was signed, outside the database), `witnessing/` (cosignatures),
`published` (what everybody may see of both), `api/` (readers).
"""
