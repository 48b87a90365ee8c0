"""What the rules lack: floors without a current price, a recorded act or a listed mineral, and lines without a floor
(question 20).

Nothing here is a broken rule: a floor may be set before its price is published, and a line need not have one.
"""

from datetime import date

from msgspec import UNSET, Struct, UnsetType

from contracts.events import ReferencePricePublished
from services.tariffs.domain.histories.effective import act_of, act_on
from services.tariffs.domain.histories.remembered import answer_of
from services.tariffs.domain.histories.timeline import InForce, NotKnown, known_at
from services.tariffs.domain.listed import delisting_on
from services.tariffs.domain.state import RulesState


class FloorGap(Struct, frozen=True, kw_only=True):
    """A floor in force on V, and what it lacks."""

    line: str
    position: int
    lacks_price: bool
    """No reference price covers V."""
    last_price_to: date | UnsetType = UNSET
    """First day that the newest reference price no longer covers; left out when none was published."""
    lacks_act: bool
    """Of its legal act nothing was recorded at K."""
    act: str
    delisted_at: int | UnsetType = UNSET
    """Position of the entry by which its mineral is off the list; left out while it is on it."""


class Gaps(Struct, frozen=True):
    """Floors that lack something, and lines of the catalogue without a floor in force, by name."""

    floors: tuple[FloorGap, ...]
    lines_without_floor: tuple[str, ...]


def gaps_on(rules: RulesState, day: date, position: int) -> Gaps:
    """What is missing on V = `day` as known at K = `position`."""
    floors: list[FloorGap] = []
    bare: list[str] = []
    for line in sorted(rules.lines):
        defined = known_at(rules.lines[line], position)
        if not any(entry.data.effective_from <= day for entry in defined):
            continue
        answer = answer_of(rules, rules.floors.get(line), day, position)
        if not isinstance(answer, InForce):
            bare.append(line)
            continue
        gap = _gap(rules, line, answer, day, position)
        if gap.lacks_price or gap.lacks_act or gap.delisted_at is not UNSET:
            floors.append(gap)
    return Gaps(tuple(floors), tuple(bare))


def _gap(rules: RulesState, line: str, answer: InForce, day: date, position: int) -> FloorGap:
    prices = [
        entry.data
        for entry in known_at(rules.reference_prices.get(line, ()), position)
        if isinstance(entry.data, ReferencePricePublished)
    ]
    act = act_of(answer.act)
    delisted = delisting_on(rules, line.partition(".")[0], day, position)
    return FloorGap(
        line=line,
        position=answer.act.says_so,
        lacks_price=not any(price.period_from <= day < price.period_to for price in prices),
        last_price_to=max((price.period_to for price in prices), default=UNSET),
        lacks_act=isinstance(act_on(rules, act, day, position), NotKnown),
        act=act,
        delisted_at=UNSET if delisted is None else delisted.says_so,
    )
