"""Question 18: what an order number has left, at any position, and who was cut off by its exhaustion."""

from datetime import date

from msgspec import UNSET

from services.tariffs.domain.answers.ending import ending
from services.tariffs.domain.answers.listing import rules_at
from services.tariffs.domain.quotas.balance import BalanceState
from services.tariffs.domain.quotas.view import QuotaView, quota_view, streams_of_quota
from tests.domain.given import Bloc
from tests.domain.quotas import BALANCE, NUMBER, blocked, declared, derived, opened, recorded, silicon_bloc

JUNE = date(2026, 6, 10)


def shown(bloc: Bloc, day: date = JUNE, position: int | None = None) -> QuotaView:
    """The quota as everything is known, or at an earlier position with the balance as it is."""
    at = bloc.position if position is None else position
    states = {name: head.state for name, head in bloc.streams.items()}
    balances = {name: state for name, state in states.items() if isinstance(state, BalanceState)}
    view = quota_view(bloc.rules, NUMBER, day, at, balances)
    assert view is not None
    return view


def test_the_balance_and_who_was_cut_off() -> None:
    """180 t: the first gets all of them and lacks 320 t, the second gets nothing; both are named in their order."""
    bloc = silicon_bloc()
    first = recorded(bloc, declared())
    recorded(bloc, declared(reference="26DE0002"))
    (period,) = shown(bloc).periods
    assert (period.status, period.volume.value, period.drawn_kilograms) == ("open", "180", "180000")
    assert (period.left_kilograms, period.used_percent, period.drawings) == ("0", "100", 2)
    cut_off = [(one.reference, one.held_kilograms, one.short_kilograms) for one in period.cut_off]
    assert cut_off == [("26DE0001", "180000", "320000"), ("26DE0002", "0", "500000")]
    assert derived(first, "quota.exhausted")
    assert period.exhausted_at == period.cut_off[0].position + 1


def test_periods_on_a_day_are_over_open_closed_or_to_come() -> None:
    """A blocking closes the period that is open on V; the trace of each says why."""
    summer = opened(effective_from="2026-07-01", effective_to="2026-10-01")
    bloc = silicon_bloc(opened(), summer, blocked("2026-07-10"))
    assert [period.status for period in shown(bloc).periods] == ["open", "pending"]
    later = shown(bloc, date(2026, 7, 10)).periods
    assert [(period.status, period.exhausted_at) for period in later] == [("over", UNSET), ("closed", UNSET)]
    assert later[1].because.startswith("suspended from 2026-07-10")


def test_q13_a_period_that_ends_soon_is_told_with_the_next_one() -> None:
    """On 10 June the spring's volume holds for 21 days more; from 1 July on, the summer's."""
    summer = opened("200", effective_from="2026-07-01", effective_to="2026-10-01")
    bloc = silicon_bloc(opened(), summer)
    (end,) = [one for one in ending(bloc.rules, JUNE, 30, bloc.position).ending if one.what == "quota"]
    assert (end.name, end.territory, end.ends_on, end.days_left) == (NUMBER, "EU", date(2026, 7, 1), 21)
    assert [terms.volume.value for terms in (end.now, end.then) if terms.volume] == ["180", "200"]
    last = [
        one for one in ending(bloc.rules, date(2026, 9, 1), 30, bloc.position).ending if one.what == "quota"
    ]
    assert [(one.ends_on, one.then.status) for one in last] == [(date(2026, 10, 1), "expired")]


def test_q05_a_measure_says_on_which_side_of_which_quota_it_applies() -> None:
    """Two duties on the same goods are told apart by the quota that each hangs on."""
    bloc = silicon_bloc()
    shown_quotas = {one.measure: one.quota for one in rules_at(bloc.rules, JUNE, bloc.position).measures}
    sides = {name: quota.applies for name, quota in shown_quotas.items() if quota}
    assert sides == {"eu.safeguard.fesi.within": "within", "eu.safeguard.fesi.beyond": "beyond"}


def test_a_quota_that_nobody_had_opened_is_not_known() -> None:
    """Before its opening there is nothing to show, and no stream to read."""
    bloc = silicon_bloc()
    assert quota_view(bloc.rules, "09.9999", JUNE, bloc.position, {}) is None
    assert quota_view(bloc.rules, NUMBER, JUNE, 3, {}) is None
    assert streams_of_quota(bloc.rules, NUMBER, bloc.position) == (BALANCE,)
