"""Which rules of admission there are: what the ledger asks of a draft before it records it.

Rules about what events mean are rule books and belong to the tariffs service; these few are the ledger's own, and
decide which bytes there are. So a version counts from the draft after the one that records its activation, in the
order of drafts and not from a day on: a ledger that reads the same drafts again must come to the same entries. What
was admitted before is never judged by a later version.
"""

ADMISSION_FIRST = 1
"""Every ledger begins with it."""

ADMISSIONS_KNOWN = (ADMISSION_FIRST,)
"""The versions of this release, oldest first. Nothing is ever taken out."""

ADMISSION_ACTIVATED = "bloc.admission.activated.v1"
"""The type of the event that puts a newer version in force."""
