"""A mineral leaves the list: nothing new is made of it, and what is there goes on and is seen."""

from datetime import date
from typing import Any

from msgspec import UNSET

from contracts.envelope import Event
from services.tariffs.domain.answers.gaps import gaps_on
from tests.domain.facts import OXIDE, SECRETARIAT, act, event, floor
from tests.domain.given import Bloc, founded_bloc
from tests.domain.listed import line, mineral
from tests.domain.mending import annulled
from tests.domain.trade import assess, base, item, of_kind, trading_bloc

AUTUMN = "2026-09-01"


def delisted(name: str = "ndpr", on: str = AUTUMN) -> Event[Any]:
    """A mineral is off the list from a day on."""
    data = {"mineral": name, "effective_from": on, "reason": "Not on the new list", "legal_basis": act("4")}
    return event(SECRETARIAT, "bloc.mineral.delisted.v1", data)


def test_cat_7_what_is_listed_is_delisted_once() -> None:
    """Not what was never listed, not before it was, not twice."""
    bloc = founded_bloc()
    assert bloc.broken(delisted("yttrium")) == ["CAT-7"]
    assert bloc.broken(delisted(on="2020-01-01")) == ["CAT-7"]
    assert bloc.broken(delisted()) == []
    assert bloc.record(delisted()).broken(delisted(on="2027-01-01")) == ["CAT-7"]


def test_cat_1_what_was_delisted_may_be_listed_again() -> None:
    """From the day on which it left the list, or later; and then it is listed."""
    bloc = founded_bloc().record(delisted())
    assert bloc.broken(mineral("ndpr", effective_from="2026-08-31")) == ["CAT-1"]
    again = mineral("ndpr", effective_from="2027-01-01")
    assert bloc.broken(again) == []
    assert bloc.record(again).broken(again) == ["CAT-1"]
    assert bloc.broken(floor(effective_from="2026-12-31")) == ["CAT-8"]
    assert bloc.broken(floor(effective_from="2027-01-01")) == []


def test_cat_8_nothing_new_is_of_a_delisted_mineral() -> None:
    """Neither a line nor a floor from a day on which it is off the list; a day before is early enough."""
    bloc = founded_bloc().record(delisted())
    late = line("ndpr.oxide_compound.oxide_999", "284690", effective_from=AUTUMN)
    assert bloc.broken(late) == ["CAT-8"]
    assert bloc.broken(line("ndpr.oxide_compound.oxide_999", "284690", effective_from="2026-08-31")) == []
    assert bloc.broken(floor(effective_from=AUTUMN)) == ["CAT-8"]
    assert bloc.broken(floor(effective_from="2026-08-31")) == []


def test_a_floor_goes_on_after_its_mineral_left_the_list_and_may_be_revised() -> None:
    """The duty of October is that of August, until somebody ends the floor."""
    bloc = trading_bloc().record(base(), floor(), delisted())
    for day in ("2026-08-31", "2026-10-01"):
        assert of_kind(assess(bloc, item(), f"{day}T12:00:00-04:00"), "price_floor") == "612000.00"
    assert bloc.broken(floor("100.00", "revised", effective_from="2026-10-01")) == []


def test_q20_a_floor_on_a_delisted_mineral_is_a_gap() -> None:
    """Seen from the day on which it is off the list, and no more when the delisting is annulled."""
    left = delisted()
    bloc = founded_bloc().record(floor(), left)
    at = bloc.position
    assert _delisted_at(bloc, date(2026, 8, 31)) is UNSET
    assert _delisted_at(bloc, date(2026, 9, 1)) == at
    bloc.record(annulled(bloc, left, at))
    assert _delisted_at(bloc, date(2026, 9, 1)) is UNSET


def _delisted_at(bloc: Bloc, day: date) -> object:
    (gap,) = [gap for gap in gaps_on(bloc.rules, day, bloc.position).floors if gap.line == OXIDE]
    return gap.delisted_at
