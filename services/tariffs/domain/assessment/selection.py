"""Which measures an item meets: by code, line, additional code, origin and governing day.

Candidates come from the indexes of the rules state (one look-up for each prefix of the code and one for the
line), never from a scan over all measures. Each candidate that covers the goods becomes a line of the
trace, whether it applies or not: an importer asks "why did the preference not apply" far more often than
"why did the base rate".
"""

from datetime import date

import msgspec
from msgspec import UNSET

from contracts.events.declarations import DeclarationItem
from contracts.events.measures import MeasureAmended, MeasureCreated, MeasureKind
from contracts.values import Goods
from services.tariffs.domain.histories.filing import by_prefixes_above, by_prefixes_below
from services.tariffs.domain.histories.remembered import answer_of, names_of
from services.tariffs.domain.histories.timeline import InForce, NotKnown
from services.tariffs.domain.measures import kind_of_history
from services.tariffs.domain.members.membership import BlocOrigin
from services.tariffs.domain.state import Recorded, RulesState

from .coverage import goods_cover, reach

MeasureTerms = MeasureCreated | MeasureAmended

RELIEFS = frozenset({"preference", "autonomous_suspension"})
"""Kinds of measures that only ever lower the duty: whoever does not ask for them pays more, not less."""

CODE_DIGITS_MAX = 10
"""Digits of the longest commodity code (CN and TARIC 10, HTS 10)."""


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A measure that covers the goods: whether it applies and why; `act` is the entry that says so.

    `terms` are the terms in force, None when none are in force on that day.
    """

    measure: str
    kind: MeasureKind
    act: Recorded
    terms: MeasureTerms | None
    applies: bool
    because: str
    asks_code: bool = False
    """It is on these goods from there and charges them, if only they had one of its additional codes."""

    @property
    def stream(self) -> str:
        """The stream that a duty line cites."""
        return f"measure/{self.measure}"


class Meeting(msgspec.Struct, frozen=True, gc=False):
    """Where and when goods meet the rules: territory, governing day, position, standing of the origin."""

    territory: str
    day: date
    position: int
    bloc: BlocOrigin


def candidates(rules: RulesState, meeting: Meeting, item: DeclarationItem) -> tuple[Candidate, ...]:
    """Give the measures of the territory and of the whole bloc on these goods, in order of position."""
    line = "" if item.line is UNSET else item.line
    names = names_of(rules, meeting.territory, item.commodity_code, line, _names)
    found = [candidate for name in names if (candidate := _candidate(rules, name, meeting, item)) is not None]
    return tuple(sorted(found, key=lambda candidate: candidate.act.position))


def _names(rules: RulesState, territory: str, code: str, line: str) -> tuple[str, ...]:
    """Name the measures that some terms of theirs, of whatever day, put on this code or line; each once."""
    names: dict[str, None] = {}
    for place in (territory, "BLOC"):
        names.update(dict.fromkeys(by_prefixes_above(rules, place, code)))
        names.update(dict.fromkeys(rules.measures_by_line.get((place, line), ())))
    return tuple(names)


def _candidate(rules: RulesState, name: str, meeting: Meeting, item: DeclarationItem) -> Candidate | None:
    """Judge one measure; None when it was not known at K."""
    history = rules.measures[name]
    answer = answer_of(rules, history, meeting.day, meeting.position)
    kind = kind_of_history(history, meeting.position)
    if isinstance(answer, NotKnown) or kind is None:
        return None
    if not isinstance(answer, InForce):
        return Candidate(name, kind, answer.act, None, False, answer.because)
    terms: MeasureTerms = answer.act.data
    goods = goods_cover(terms.goods, item)
    if not goods.covers:
        asks = goods.lacks_code and _charges(kind, terms)
        asks = asks and reach(terms.origins, item.origin, meeting.bloc, meeting.day).covers
        return Candidate(name, kind, answer.act, terms, False, goods.because, asks)
    reached = reach(terms.origins, item.origin, meeting.bloc, meeting.day)
    if not reached.covers:
        return Candidate(name, kind, answer.act, terms, False, reached.because)
    because = f"{goods.because}; {reached.because}"
    if kind == "preference":
        proof = item.origin_proof
        if not item.preference_claimed or proof is UNSET:
            return Candidate(name, kind, answer.act, terms, False, f"{because}; no preference is claimed")
        because = f"{because}; claimed with proof {proof.type} {proof.reference}"
    return Candidate(name, kind, answer.act, terms, True, f"{because}; in force from {answer.since}")


def _charges(kind: MeasureKind, terms: MeasureTerms) -> bool:
    """Whether a measure charges goods that claim nothing: reliefs, and what is free within a quota, are claimed."""
    return kind not in RELIEFS and (terms.quota is UNSET or terms.quota.applies == "beyond")


def finer_measure(rules: RulesState, meeting: Meeting, item: DeclarationItem) -> str | None:
    """Name a measure in force on only some of the goods that a short code can mean; None if none is.

    With six digits of a ten-digit code, a duty on the ten digits could be slipped past.
    """
    code = item.commodity_code
    if len(code) >= CODE_DIGITS_MAX:
        return None
    for place in (meeting.territory, "BLOC"):
        for name in by_prefixes_below(rules, place, code):
            answer = answer_of(rules, rules.measures[name], meeting.day, meeting.position)
            if not isinstance(answer, InForce) or not _is_finer(answer.act.data.goods, item):
                continue
            if reach(answer.act.data.origins, item.origin, meeting.bloc, meeting.day).covers:
                return name
    return None


def _is_finer(goods: Goods, item: DeclarationItem) -> bool:
    code = item.commodity_code
    prefixes = () if goods.prefixes is UNSET else goods.prefixes
    if goods.hs_edition != item.hs_edition or any(code.startswith(prefix) for prefix in prefixes):
        return False
    if goods.lines is not UNSET and item.line in goods.lines:
        return False
    return any(prefix.startswith(code) for prefix in prefixes)
