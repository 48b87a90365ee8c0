"""What an audit finds, as values: where, which rule, what was expected and what is recorded, in plain words.

A fault says that the record contradicts the rules or the calculation: somebody posted what should have been refused,
or the deciding service did not decide as it must. A notice is lawful, or not for a program to judge, and yet what an
auditor asks for first. Only faults change the verdict.
"""

from typing import Literal, get_args

from msgspec import Struct

FaultKind = Literal[
    "rule_broken",
    "expected_version_not_met",
    "too_large",
    "assessment_differs",
    "derived_differs",
    "derived_missing",
    "derived_doubled",
    "derived_without_cause",
    "refusal_without_ground",
    "refusal_differs",
    "rule_book_differs",
    "decided_on_old_rules",
]
NoticeKind = Literal[
    "late_fact",
    "raised_before_publication",
    "measures_meet",
    "line_none",
    "corrected_later",
    "known_later",
    "refusal_reworded",
]
FindingKind = FaultKind | NoticeKind

NOTICES: frozenset[str] = frozenset(get_args(NoticeKind))


class Finding(Struct, frozen=True, omit_defaults=True):
    """One finding. `position` is that of the entry that it is about; `party` issued it.

    `rule` is the id of the broken rule, `path` the JSON path in the event; `expected` and `recorded` are texts, cut
    to a length that a person reads. Empty where there is nothing to say.
    """

    kind: FindingKind
    position: int
    party: str
    text: str
    rule: str = ""
    path: str = ""
    expected: str = ""
    recorded: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether the record contradicts the rules or the calculation."""
        return self.kind not in NOTICES
