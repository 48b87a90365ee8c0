"""Rule LIF-13: what is found too late is neither demanded nor refunded, unless the act says what allows it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.domain.customs import amended, basis, done, e12, goods, mended, ordered, settled
from tests.domain.given import Bloc, accepted, refusal_of
from tests.domain.members import terms_amended

THREE_YEARS = {"demand_years": 3, "refund_years": 3}
"""UCC Art. 103(1) and 121(1)(a)."""
IN_TIME, TOO_LATE = "2029-05-20T23:59:00-04:00", "2029-05-21T00:01:00-04:00"
"""The declaration was accepted on 20 May 2026 in New York."""


def mended_bloc(price: str = "110.00", **terms: Any) -> Bloc:
    """E12 settled at 96 000.00, and the floor corrected afterwards."""
    bloc, wrong = e12(**terms)
    done(bloc, settled("96000.00"))
    return mended(bloc, wrong, price)


def broken(bloc: Bloc, at: str, **more: Any) -> list[str]:
    """The rules that an order of a moment breaks, decided just after it."""
    now = datetime.fromisoformat(at).astimezone(UTC) + timedelta(minutes=1)
    return [one.rule.id for one in refusal_of(bloc.decide(ordered(at=at, **more), now=now)).violations]


def opened(bloc: Bloc, at: str, **more: Any) -> list[str]:
    """The types of what an order of a moment opens."""
    now = datetime.fromisoformat(at).astimezone(UTC) + timedelta(minutes=1)
    derived = accepted(bloc.decide(ordered(at=at, **more), now=now)).derived
    return [one.type for one in derived if one.type.endswith(".opened.v1")]


@pytest.mark.parametrize(
    ("price", "opens"),
    [("110.00", "bloc.refund.opened.v1"), ("115.00", "bloc.additional_duty.opened.v1")],
)
def test_lif_13_the_third_anniversary_of_acceptance_is_the_last_day(price: str, opens: str) -> None:
    """A refund of 16 000.00 and a demand of 24 000.00 alike: until midnight in New York, and not a minute longer."""
    bloc = mended_bloc(price, limitation=THREE_YEARS)
    assert opened(bloc, IN_TIME) == [opens]
    assert broken(bloc, TOO_LATE) == ["LIF-13"]


def test_lif_13_an_act_may_say_what_allows_it() -> None:
    """A debt that follows from an act open to criminal proceedings is demanded for longer (UCC Art. 103(2))."""
    bloc = mended_bloc("115.00", limitation=THREE_YEARS)
    assert opened(bloc, TOO_LATE, beyond_limitation=basis("103(2)")) == ["bloc.additional_duty.opened.v1"]


def test_lif_13_years_of_demands_and_refunds_are_told_apart() -> None:
    """One year for refunds, five for demands."""
    terms = {"demand_years": 5, "refund_years": 1}
    assert broken(mended_bloc("110.00", limitation=terms), "2027-05-21T09:00:00-04:00") == ["LIF-13"]
    assert opened(mended_bloc("115.00", limitation=terms), TOO_LATE)


def test_lif_13_a_member_without_such_terms_is_barred_by_nothing() -> None:
    """As every member before there were any; and terms of a later day say nothing of what was accepted before."""
    assert opened(mended_bloc(), TOO_LATE) == ["bloc.refund.opened.v1"]
    later = mended_bloc().record(terms_amended("US", "2026-07-01", limitation=THREE_YEARS))
    assert opened(later, TOO_LATE) == ["bloc.refund.opened.v1"]


def test_lif_13_what_opens_nothing_is_not_barred() -> None:
    """Duty that is not settled is simply assessed anew."""
    bloc, wrong = e12(limitation=THREE_YEARS)
    assert opened(mended(bloc, wrong), TOO_LATE) == []


def test_lif_13_holds_for_amendments() -> None:
    """What an importer remembers after four years is not refunded."""
    bloc, _ = e12(limitation=THREE_YEARS)
    done(bloc, settled("96000.00"))
    now = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)
    late = amended(goods("850000.00"), at="2030-06-01T07:00:00-04:00")
    assert [one.rule.id for one in refusal_of(bloc.decide(late, now=now)).violations] == ["LIF-13"]
    allowed = amended(goods("850000.00"), at="2030-06-01T07:00:00-04:00", beyond_limitation=basis("121(2)"))
    types = [one.type for one in accepted(bloc.decide(allowed, now=now)).derived]
    assert "bloc.refund.opened.v1" in types
