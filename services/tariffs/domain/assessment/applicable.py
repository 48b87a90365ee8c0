"""The law that applies to goods before their figures are looked at: where they come from, the measures, the floor.

It depends on the classification and origin of the goods and on the governing day alone, and goods alike are declared
many times a day. So it is found once and remembered, with the steps of the trace that say it. Goods for which a
preference is claimed are looked up each time: their steps name the proof of origin, which no other item has.
"""

from datetime import date

import msgspec
from msgspec import UNSET

from contracts.events.declarations import DeclarationItem
from contracts.events.duties import TraceStep
from services.tariffs.domain.histories.remembered import law_on, origin_of
from services.tariffs.domain.members.membership import BlocOrigin
from services.tariffs.domain.state import RulesState

from .additional_codes import codes_not_declared
from .catalogue import line_fault, mineral_of
from .floor import FloorFound, floor_on
from .selection import Candidate, Meeting, candidates, finer_measure
from .unknown import NotKnown


class ApplicableLaw(msgspec.Struct, frozen=True, gc=False):
    """What holds for goods: the standing of their origin, the measures on them, and their floor (None: nothing of one
    is recorded).

    `missing` are the faults of their classification, each with the step at which it is told; `codes` the additional
    codes that they should declare, of which no step tells: the measures are shown anyway.
    """

    bloc: BlocOrigin
    origin_steps: tuple[TraceStep, ...]
    missing: tuple[tuple[str, NotKnown], ...]
    found: tuple[Candidate, ...]
    codes: tuple[NotKnown, ...]
    floor: FloorFound | None


def applicable_law(
    rules: RulesState, territory: str, day: date, position: int, item: DeclarationItem
) -> ApplicableLaw:
    """Find the law of a territory on the goods of an item, on V = `day` as known at K = `position`."""
    if item.preference_claimed:
        return _look_up(rules, territory, day, position, item)
    code, line, codes = item.commodity_code, item.line, item.additional_codes
    goods = (territory, day, item.hs_edition, code, line, codes, item.origin)
    return law_on(rules, position, goods, lambda: _look_up(rules, territory, day, position, item))


def _look_up(
    rules: RulesState, territory: str, day: date, position: int, item: DeclarationItem
) -> ApplicableLaw:
    bloc = origin_of(rules, item.origin, day, position, mineral_of(item))
    meeting = Meeting(territory, day, position, bloc)
    found = candidates(rules, meeting, item)
    missing: list[tuple[str, NotKnown]] = []
    fault = line_fault(rules, item, day, position)
    if fault is not None:
        missing.append(("line", fault))
    finer = finer_measure(rules, meeting, item)
    if finer is not None:
        because = f"measure {finer} is on some of the goods under {item.commodity_code}; give all digits"
        missing.append(("code", NotKnown("code", because, "commodity_code")))
    codes = codes_not_declared(found, item)
    floor = floor_on(rules, meeting, item)
    return ApplicableLaw(bloc, _origin_steps(item, meeting), tuple(missing), found, codes, floor)


def _origin_steps(item: DeclarationItem, meeting: Meeting) -> tuple[TraceStep, ...]:
    """The standing of the origin: of the bloc or not, and each area that it is in."""
    bloc, origin = meeting.bloc, {"origin": item.origin}
    position = UNSET if bloc.act is None else bloc.act.says_so
    areas = (
        TraceStep(
            step="origin", input=origin, result=f"in area {area} on {meeting.day}", position=entry.says_so
        )
        for area, entry in bloc.areas
    )
    return (TraceStep(step="origin", input=origin, result=bloc.because, position=position), *areas)
