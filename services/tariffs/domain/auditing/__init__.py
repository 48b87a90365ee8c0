"""The audit: every recorded submission is decided again, by the functions that decided it, and what differs is found.

The way of a draft through these modules is the way of reading them:

    recorded_drafts  entries, cut into the drafts in which they were recorded
    rule_states      the rules as they were at the positions on which drafts were decided
    judging          one draft decided again: rules broken, refusals without ground
    comparing        what was derived then, beside what is derived now
    noticing         what no rule refuses and an auditor wants to see: late facts, raised before publication, …
    audit            all of it over a record, draft by draft
    aftermath        a second look: assessments that rest on what was corrected later

Nothing here knows the families of events or their rules: it calls `decide` and `evolve`, so a family that is added to
those is audited from its first entry on. Signatures, digests and the tree are left to the verification of the record.
"""
