"""Cases: disputes between parties, reviews of acts, and investigations before a trade remedy.

A case is a record of proceedings. What a ruling says is not carried out by itself: whoever issued the measure
suspends, ends or annuls it with an act of its own, which cites the ruling as its legal basis. So what was ruled and
what was done about it stay two facts, with days of their own, and a delay between them can be seen.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from contracts.events.payload import LegalPayload, Payload
from contracts.limits import CASE_SUBJECTS_MAX
from contracts.shapes import FieldFault
from contracts.texts import Day, Party, RecordId, StreamName, Text
from contracts.values import Goods

CaseKind = Literal["dispute", "review", "investigation"]


class CaseOpened(LegalPayload, frozen=True, kw_only=True):
    """bloc.case.opened.v1: what it is about, as streams (`about`) or, before there is any measure, as goods."""

    case: RecordId
    kind: CaseKind
    title: Text
    opened_on: Day
    complainant: Party | UnsetType = UNSET
    respondent: Party | UnsetType = UNSET
    about: Annotated[tuple[StreamName, ...], Meta(min_length=1, max_length=CASE_SUBJECTS_MAX)] | UnsetType = (
        UNSET
    )
    goods: Goods | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.about is UNSET and self.goods is UNSET:
            raise FieldFault(".about", "a case is about something", "name streams (about), or goods, or both")
        if self.kind == "dispute" and (
            self.complainant is UNSET or self.respondent is UNSET or self.complainant == self.respondent
        ):
            raise FieldFault(
                ".respondent",
                "a dispute has two parties",
                "name the complainant and the respondent, which is another party",
            )


class CaseConsultationsHeld(Payload, frozen=True, kw_only=True):
    """bloc.case.consultations_held.v1: the parties met; `settled` says whether that ended it."""

    case: RecordId
    held_on: Day
    settled: bool
    note: Text | UnsetType = UNSET


class CaseRuled(LegalPayload, frozen=True, kw_only=True):
    """bloc.case.ruled.v1: a determination. `affirmative`: the complaint is upheld, or the injury found.

    `effect` is what it means for the acts in question: they stand, end from `effective_from` on (ex nunc), or never
    were (ex tunc). A provisional ruling may be followed by others, a final one by none.
    """

    case: RecordId
    stage: Literal["provisional", "final"]
    ruled_on: Day
    affirmative: bool
    effect: Literal["none", "ex_nunc", "ex_tunc"]
    effective_from: Day | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.effect == "ex_nunc") != (self.effective_from is not UNSET):
            raise FieldFault(
                ".effective_from",
                "it is the first day without the acts, which only a ruling ex nunc has",
                "give the day with effect ex_nunc, and leave it out otherwise",
            )


class CaseClosed(Payload, frozen=True, kw_only=True):
    """bloc.case.closed.v1: nothing more will happen in it."""

    case: RecordId
    closed_on: Day
    outcome: Literal["settled", "ruled", "withdrawn"]
    note: Text | UnsetType = UNSET
