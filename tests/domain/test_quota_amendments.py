"""The volume of a quota changes from a day on: what it has left, who is granted what, and what was known before."""

from datetime import date

from services.tariffs.domain.answers.ending import ending
from services.tariffs.domain.quotas.balance import BalanceState
from services.tariffs.domain.quotas.view import PeriodView, quota_view
from tests.domain.given import Bloc, accepted
from tests.domain.mending import corrected
from tests.domain.quotas import (
    NUMBER,
    amended,
    declared,
    derived,
    european_bloc,
    opened,
    recorded,
    silicon,
    silicon_bloc,
)

SUMMER = {"effective_from": "2026-07-01", "effective_to": "2026-10-01"}


def period(bloc: Bloc, day: str, number: int = 0, position: int | None = None) -> PeriodView:
    """A period of the quota on a day."""
    states = {name: head.state for name, head in bloc.streams.items()}
    balances = {name: state for name, state in states.items() if isinstance(state, BalanceState)}
    known = bloc.position if position is None else position
    view = quota_view(bloc.rules, NUMBER, date.fromisoformat(day), known, balances)
    assert view is not None
    return view.periods[number]


def test_quo_7_a_volume_is_amended_within_its_period() -> None:
    """Of a period that is opened, from one of its days on, in one direction of time, to another volume."""
    bloc = silicon_bloc(opened(), opened(**SUMMER))
    assert bloc.broken(amended("200")) == []
    assert bloc.broken(amended("200", "2026-04-01")) == []
    assert bloc.broken(amended("200", "2026-07-01")) == ["QUO-7"]
    assert bloc.broken(amended("200", period_from="2026-05-01")) == ["QUO-7"]
    assert bloc.broken(amended("180")) == ["QUO-7"]
    bloc.record(amended("200"))
    assert bloc.broken(amended("220", "2026-05-31")) == ["QUO-7"]
    assert bloc.broken(amended("180", "2026-06-15")) == []
    assert european_bloc().broken(amended("200")) == ["QUO-7"]


def test_quo_1_and_quo_3_hold_for_amendments() -> None:
    """An order number stays of one territory, and a volume is something."""
    bloc = silicon_bloc()
    assert bloc.broken(amended("200", territory="US", by="us.trade")) == ["QUO-1"]
    assert bloc.broken(amended("0")) == ["QUO-3"]


def test_more_volume_is_there_from_its_day_on_for_whoever_asks_next() -> None:
    """180 t are gone in May; from June on there are 60 t more, and who was cut off stays cut off (UCC-IA 51)."""
    bloc = silicon_bloc()
    recorded(bloc, declared(silicon("200", "241000.00"), day="2026-05-10"))
    known = bloc.position
    bloc.record(amended("240"))
    (late,) = derived(
        accepted(bloc.decide(declared(silicon("50", "60250.00"), reference="B"))), "quota.drawn"
    )
    assert (late.drawn.value, late.balance.value) == ("50000", "10000")
    before = declared(silicon("50", "60250.00"), reference="C", day="2026-05-31")
    (early,) = derived(accepted(bloc.decide(before)), "quota.drawn")
    assert (early.drawn.value, early.balance.value) == ("0", "0")
    assert (period(bloc, "2026-06-10").left_kilograms, period(bloc, "2026-05-31").left_kilograms) == (
        "60000",
        "0",
    )
    assert period(bloc, "2026-06-10", position=known).left_kilograms == "0"


def test_less_volume_takes_nothing_back() -> None:
    """100 t are drawn of 180 t; the volume falls to 80 t: nothing is left, and the 100 t stay in quota."""
    bloc = silicon_bloc()
    recorded(bloc, declared(silicon("100", "120500.00"), day="2026-05-10"))
    bloc.record(amended("80"))
    shown = period(bloc, "2026-06-10")
    assert (shown.drawn_kilograms, shown.left_kilograms, shown.used_percent) == ("100000", "0", "125")
    (drawn,) = derived(accepted(bloc.decide(declared(reference="B"))), "quota.drawn")
    assert drawn.drawn.value == "0"


def test_a_volume_that_is_amended_cites_the_amendment() -> None:
    """The trace of a grant leads to the entry that gave the volume."""
    bloc = silicon_bloc().record(amended("240"))
    at = bloc.position
    duty = derived(accepted(bloc.decide(declared(silicon("50", "60250.00")))), "duty.assessed")[0]
    (step,) = [step for step in duty.trace if step.step == "quota" and step.position == at]
    assert "of 240 t" in step.because
    assert (period(bloc, "2026-06-10").cites, period(bloc, "2026-05-31").cites < at) == (at, True)


def test_an_amendment_is_of_its_own_period_and_is_corrected_like_an_opening() -> None:
    """The summer keeps its volume; a slip in the amendment is mended."""
    wrong = amended("2400")
    bloc = silicon_bloc(opened(), opened(**SUMMER)).record(wrong)
    at = bloc.position
    assert period(bloc, "2026-06-10", 1).volume.value == "180"
    mend = corrected(bloc, wrong, at, volume={"value": "240", "unit": "t"})
    assert bloc.broken(mend) == []
    bloc.record(mend)
    assert period(bloc, "2026-06-10").volume.value == "240"
    (end,) = [
        one for one in ending(bloc.rules, date(2026, 6, 10), 30, bloc.position).ending if one.what == "quota"
    ]
    assert getattr(end.now.volume, "value", None) == "240"


def test_a_quota_is_critical_when_ninety_per_cent_of_it_are_used() -> None:
    """162 t of 180 t; with 60 t more volume it no longer is (UCC-IA, article 53(1))."""
    bloc = silicon_bloc()
    recorded(bloc, declared(silicon("161.9", "195089.50"), day="2026-05-10"))
    assert not period(bloc, "2026-05-10").critical
    recorded(bloc, declared(silicon("0.1", "120.50"), reference="B", day="2026-05-10"))
    assert period(bloc, "2026-05-10").critical
    bloc.record(amended("240"))
    assert not period(bloc, "2026-06-10").critical
