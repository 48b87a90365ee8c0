"""The invariants of the model, each computed in another way than by the rule that is to keep it.

They are looked at on a record as it stands and a day, and say with an assertion what does not hold. Numbers are those
of the list of invariants in the model of the bloc; 5 is that of exclusions, 13 to 15 and 19 to 21 an audit looks at.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from immutables import Map
from msgspec import UNSET

from contracts.events import DeclarationAccepted, DeclarationAmended
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import AssessedDuty, DutyLine
from contracts.registry import EVENT_TYPES
from services.tariffs.domain.answers.views import members_at
from services.tariffs.domain.histories.effective import act_of, act_on, effective_on
from services.tariffs.domain.histories.timeline import InForce, NoneInForce
from services.tariffs.domain.measures import kind_of_history
from services.tariffs.domain.members.areas import areas_of
from services.tariffs.domain.members.membership import bloc_origin
from services.tariffs.domain.replay.document import state_hash
from services.tariffs.domain.replay.whole_state import COUNTED_KINDS, WholeState
from services.tariffs.following.folding import Folding
from tests.domain.facts import METAL, OXIDE
from tests.domain.ledgered import Record
from tests.domain.vault import view_on

CENT = Decimal("0.01")
ORIGINS = ("CN", "AU", "DE", "BR", "US")
SAMPLES = (("2846904000", OXIDE), ("2805301000", METAL))
"""Codes and lines of goods on which measures are looked up."""


def one_state(record: Record) -> None:
    """Invariants 1, 10 and 16: positions are dense, and folding again, in one go or two, comes to the live state."""
    whole, halves = Folding(), Folding()
    lines = record.lines()
    whole.take(lines)
    for part in (lines[: len(lines) // 2], lines[len(lines) // 2 :]):
        halves.take(part)
    live = Map({name: head.state for name, head in record.bloc.streams.items() if not _counted(name)})
    assert whole.state.rules == record.bloc.rules
    assert whole.state.streams == live
    own = WholeState(record.bloc.rules, live, whole.state.totals)
    assert state_hash(own) == state_hash(whole.state) == state_hash(halves.state)


def _counted(stream: str) -> bool:
    return stream.split("/")[0] in COUNTED_KINDS


def written_exactly(record: Record) -> None:
    """Invariants 2, 7 and 17: no fraction of binary on the way, no empty interval, no long text."""
    for entry in record.entries:
        for part in entry.splitlines():
            json.loads(part, parse_float=_refuse_float)
    for event in record.said:
        start = getattr(event.data, "effective_from", None)
        end = getattr(event.data, "effective_to", None)
        if isinstance(start, date) and isinstance(end, date):
            assert start < end, event
        if not EVENT_TYPES[event.type].derived:
            assert len(str(getattr(event.data, "reason", ""))) <= 280, event


def _refuse_float(text: str) -> float:
    raise AssertionError(f"a fraction that is not a text: {text}")


def one_measure_in_a_place(record: Record, day: date) -> None:
    """Invariant 3: of a kind, one measure of the United States at most holds on goods of one code, line and origin."""
    live = [(name, answer) for name, answer in _measures(record, day) if name.startswith("us.")]
    for code, line in SAMPLES:
        for origin in ORIGINS:
            places = _places(record, origin, line, day)
            found = [
                (kind_of_history(record.bloc.rules.measures[name], record.bloc.position), name)
                for name, answer in live
                if _covers(answer.act.data, code, line, places, origin)
            ]
            kinds = [kind for kind, _name in found]
            assert len(kinds) == len(set(kinds)), (day, code, origin, found)


def _measures(record: Record, day: date) -> Iterator[tuple[str, InForce]]:
    rules = record.bloc.rules
    for name, history in rules.measures.items():
        answer = effective_on(rules, history, day, rules.position)
        if isinstance(answer, InForce):
            yield name, answer


def _places(record: Record, origin: str, line: str, day: date) -> set[str]:
    """What a country is on a day: itself, everywhere, an area, the bloc."""
    rules = record.bloc.rules
    bloc = bloc_origin(rules, origin, day, rules.position, line.split(".")[0])
    areas = {area for area, _act in areas_of(rules, origin, day, rules.position)}
    return {origin, "ERGA_OMNES", *areas, *(("BLOC",) if bloc.belongs else ())}


def _covers(terms: Any, code: str, line: str, places: set[str], origin: str) -> bool:
    """Whether a measure's terms name these goods and this origin."""
    by_code = any(code.startswith(prefix) for prefix in terms.goods.prefixes or ())
    if not (by_code or line in (terms.goods.lines or ())):
        return False
    return bool(places & set(terms.origins.include)) and origin not in (terms.origins.exclude or ())


def acts_carry(record: Record, day: date) -> None:
    """Invariant 4: on no day does a measure or floor hold whose act is recorded and does not."""
    rules = record.bloc.rules
    floors = ((name, effective_on(rules, held, day, rules.position)) for name, held in rules.floors.items())
    for name, answer in [*_measures(record, day), *floors]:
        if isinstance(answer, InForce):
            assert not isinstance(act_on(rules, act_of(answer.act), day, rules.position), NoneInForce), name


def countries_in_one_territory(record: Record, day: date) -> None:
    """Invariant 18: a country belongs to the customs territory of one member at a time."""
    members = members_at(record.bloc.rules, day, record.bloc.position)
    inside = [member for member in members if member.status in ("acceded", "suspended")]
    claimed = [country for member in inside for country in member.territories or ()]
    assert len(claimed) == len(set(claimed)), (day, claimed)


def nothing_below_zero(record: Record, day: date) -> None:
    """Invariant 11: no lot, entitlement or obligation is below zero, and what was given was received."""
    view = view_on(record.bloc, day.isoformat())
    for stock in view.stock:
        assert Decimal(stock.kilograms) == sum(Decimal(lot.kilograms) for lot in stock.lots)
        assert all(Decimal(lot.kilograms) >= 0 for lot in stock.lots), (day, stock)
    for held in view.entitlements:
        assert Decimal(held.left_kilograms) >= 0, (day, held)
    for obligation in view.obligations:
        assert 0 <= Decimal(obligation.open_kilograms) <= Decimal(obligation.kilograms), obligation
    assert all(balance.is_balanced for balance in view.balances), view.balances


def duties_of_floors_and_preferences(record: Record, duty: AssessedDuty) -> None:
    """Invariants 6 and 8: a floor duty is what the price of the goods lacks, a preference is for the bloc."""
    item = _item_of(record, duty)
    assert sum(Decimal(line.amount) for line in duty.lines) == Decimal(duty.total)
    for line in duty.lines:
        assert Decimal(line.amount) >= 0, line
        if line.kind == "price_floor":
            _lacks(record, line, item)
        if line.kind == "preference":
            rules, slug = record.bloc.rules, str(item.line).split(".")[0]
            mineral = slug if item.line is not UNSET and item.line != "none" else None
            known = duty.known_position
            assert bloc_origin(rules, item.origin, duty.governing_date, known, mineral).belongs, line


def _lacks(record: Record, line: DutyLine, item: DeclarationItem) -> None:
    """Floor price times mass, less the value, by hand: never from a price for a kilogram that was rounded."""
    said = record.said[line.cites.position].data
    terms: Any = getattr(said, "corrected", said)
    mass, value = item.net_mass, item.free_at_frontier_value
    assert value is not UNSET
    if terms.price.currency != "USD" or mass.unit != "kg" or terms.price.per != "kg":
        return
    gap = Decimal(str(terms.price.amount)) * Decimal(str(mass.value)) - Decimal(str(value.amount))
    assert Decimal(line.amount) == max(Decimal(0), gap).quantize(CENT, ROUND_HALF_UP), (line, item)


def _item_of(record: Record, duty: AssessedDuty) -> DeclarationItem:
    """The terms that an assessment was made on."""
    said = next(event for event in reversed(record.said) if event.id == duty.declaration_event).data
    assert isinstance(said, DeclarationAccepted | DeclarationAmended)
    return next(item for item in said.items if item.item_no == duty.item_no)
