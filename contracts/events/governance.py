"""Governance: under which rule book the bloc is judged, from which day on.

A rule book is a version of all rules together. It is code, and stays in the code of every later release; what is
recorded is the decision of the bloc to be judged by it from a day on. So an upgrade of the software alone changes
no answer, and an old entry is audited by the rule book of its own day.
"""

from contracts.events.payload import LegalPayload
from contracts.texts import Day, RecordId


class RulesetActivated(LegalPayload, frozen=True, kw_only=True):
    """bloc.ruleset.activated.v1: from `effective_from` on (UTC) submissions are decided by the rule book `ruleset`."""

    ruleset: RecordId
    effective_from: Day
