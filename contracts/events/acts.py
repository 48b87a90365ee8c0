"""Legal acts: adopted, published, extended, suspended, resumed, repealed, and annulled by a court.

Measures and floors name the act that they rest on. Once that act is recorded, they hold only while it does: what is
said of the act is said once, and not again for each of a hundred measures. The name of an act begins with the
territory whose law it is, in lower case (`eu.2025-2351`, `bloc.council.decision.2026-3`), as the names of measures do.
"""

from msgspec import UNSET, UnsetType

from contracts.events.payload import LegalPayload
from contracts.shapes import FieldFault
from contracts.texts import Day, Text, Uri
from contracts.trade import ActName


class ActAdopted(LegalPayload, frozen=True, kw_only=True):
    """bloc.act.adopted.v1: `effective_to` is the day after the last day printed in the act.

    `legal_basis` is what empowers its author: a treaty or a basic act, which need not be recorded.
    """

    act: ActName
    title: Text
    adopted_on: Day
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class ActPublished(LegalPayload, frozen=True, kw_only=True):
    """bloc.act.published.v1: where and on which day the act appeared; `published_on` must be there."""

    act: ActName
    journal: Text
    number: Text
    uri: Uri

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.published_on is UNSET:
            raise FieldFault(".published_on", "a publication has a day", "add the day of the journal")


class ActExtended(LegalPayload, frozen=True, kw_only=True):
    """bloc.act.extended.v1: from the day on which it would have ended, or before, to a later end (open: for good)."""

    act: ActName
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class ActSuspended(LegalPayload, frozen=True, kw_only=True):
    """bloc.act.suspended.v1"""

    act: ActName
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class ActResumed(LegalPayload, frozen=True, kw_only=True):
    """bloc.act.resumed.v1"""

    act: ActName
    effective_from: Day


class ActRepealed(LegalPayload, frozen=True, kw_only=True):
    """bloc.act.repealed.v1: `effective_from` is the first day not in force (ex nunc: what came before stands)."""

    act: ActName
    effective_from: Day


class ActAnnulled(LegalPayload, frozen=True, kw_only=True):
    """bloc.act.annulled.v1: by a court, so that it never was (ex tunc).

    `effective_from` is there when the court lets the effects before that day stand (TFEU, article 264, second
    paragraph).
    """

    act: ActName
    court: Text
    ruling: Text
    effective_from: Day | UnsetType = UNSET
