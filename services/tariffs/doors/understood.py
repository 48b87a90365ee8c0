"""What a question names, held to the words of the language before it is answered.

A territory that does not exist has no duties, and a kind that does not exist no measures: passed on, a slip of the
pen would be answered as if nothing applied. So it is refused, with the words that the decoder has for the same text
in an event. What is well formed and was never recorded is no slip: each read says itself that it is not known.
"""

from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from contracts import problem
from contracts.events.measures import MeasureKind
from contracts.texts import Party
from contracts.trade import Country, LineName, Member, Territory
from contracts.wrong_values import explain
from services.serving.problems import Unanswered
from services.tariffs.domain.governance.proposals import ProposalStatus


class OfRules(Struct, kw_only=True):
    """What rules may be asked for by."""

    territory: Territory | UnsetType = UNSET
    kind: Literal[MeasureKind, "floor"] | UnsetType = UNSET
    line: LineName | UnsetType = UNSET
    origin: Country | UnsetType = UNSET


class OfMembers(Struct, kw_only=True):
    """What a member is asked for by."""

    member: Member


class OfProposals(Struct, kw_only=True):
    """What proposals may be asked for by."""

    status: ProposalStatus | UnsetType = UNSET
    author: Party | UnsetType = UNSET


def understood(names: type[Struct], **said: str | None) -> None:
    """Hold what was said of a question to the language; what is None was not said.

    Raises Unanswered (400) with the parameter, what it must be and how to mend it.
    """
    try:
        msgspec.convert({name: text for name, text in said.items() if text is not None}, names)
    except msgspec.ValidationError as error:
        fault = explain(error, names, "$")
        parameter = fault.path.removeprefix("$.")
        mend = f"{fault.mend[0].upper()}{fault.mend[1:]}."
        raise Unanswered(problem.bad_query(parameter, f"{parameter}: {fault.reason}", mend=mend)) from error
