"""Governance: by which rules the bloc is judged from when on: rule books, and the ledger's rules of admission.

A rule book is a version of all rules together. It is code, and stays in the code of every later release; what is
recorded is the decision of the bloc to be judged by it from a day on. So an upgrade of the software alone changes
no answer, and an old entry is audited by the rule book of its own day. The rules of admission (`contracts.admissions`)
are put in force the same way, but from the next draft on: what the ledger records must not depend on a calendar.
"""

from contracts.events.payload import LegalPayload
from contracts.texts import Day, Number, RecordId


class RulesetActivated(LegalPayload, frozen=True, kw_only=True):
    """bloc.ruleset.activated.v1: from `effective_from` on (UTC) submissions are decided by the rule book `ruleset`."""

    ruleset: RecordId
    effective_from: Day


class AdmissionActivated(LegalPayload, frozen=True, kw_only=True):
    """bloc.admission.activated.v1: from the next draft on the ledger admits by `version` of its rules of admission."""

    version: Number
