"""The rules of quotas: whose an order number is, its periods, its blockings, and the measures that name it."""

from contracts.events import CORRECTABLE
from tests.domain.given import accepted, refused
from tests.domain.quotas import (
    NUMBER,
    beyond,
    blocked,
    european_bloc,
    opened,
    silicon_bloc,
    unblocked,
    within,
)

SUMMER = {"effective_from": "2026-07-01", "effective_to": "2026-10-01"}


def test_a_quota_of_four_quarters_is_opened_and_named_by_two_measures() -> None:
    """Each quarter is an opening; within and beyond the quota are no overlap of one scope."""
    accepted(european_bloc().decide(opened(), opened(**SUMMER)))
    bloc = european_bloc().record(opened())
    accepted(bloc.decide(within(), beyond()))


def test_quo_1_an_order_number_is_of_one_territory() -> None:
    """No other territory opens its periods or names it in measures; that of the whole bloc may be named."""
    bloc = silicon_bloc()
    assert bloc.broken(opened(territory="US", by="us.trade", **SUMMER)) == ["QUO-1"]
    assert bloc.broken(blocked("2026-05-01", territory="US", by="us.trade")) == ["QUO-1"]
    elsewhere = within(measure="us.safeguard.fesi.within", territory="US", by="us.remedies")
    assert bloc.broken(elsewhere) == ["QUO-1"]
    shared = european_bloc().record(opened(territory="BLOC", by="bloc.secretariat"))
    assert shared.broken(elsewhere) == []


def test_quo_2_periods_follow_one_another() -> None:
    """A period that begins within the newest, or before it, is refused; the day it ends is early enough."""
    bloc = silicon_bloc()
    assert bloc.broken(opened(effective_from="2026-06-30", effective_to="2026-10-01")) == ["QUO-2"]
    assert bloc.broken(opened(effective_from="2026-01-01", effective_to="2026-04-01")) == ["QUO-2"]
    assert bloc.broken(opened(**SUMMER)) == []


def test_quo_3_a_quota_has_a_volume() -> None:
    """A quota of nothing is no quota."""
    assert european_bloc().broken(opened("0.000")) == ["QUO-3"]


def test_quo_4_what_is_open_is_blocked_and_what_is_blocked_is_unblocked() -> None:
    """A blocking needs an open period, an unblocking a blocking; a quota nobody opened has neither."""
    bloc = silicon_bloc()
    assert bloc.broken(blocked("2026-05-01")) == []
    assert bloc.broken(blocked("2026-08-01")) == ["QUO-4"]
    assert bloc.broken(unblocked("2026-05-01")) == ["QUO-4"]
    bloc.record(blocked("2026-05-01"))
    assert bloc.broken(blocked("2026-05-08")) == ["QUO-4"]
    assert bloc.broken(unblocked("2026-05-08")) == []
    assert european_bloc().broken(blocked("2026-05-01")) == ["QUO-4"]


def test_quo_5_a_measure_names_a_quota_that_is_opened() -> None:
    """A measure on a quota that nobody opened would never apply, or always."""
    assert european_bloc().broken(within()) == ["QUO-5"]
    assert refused(european_bloc().decide(within(order_number="09.9999"))) == ["QUO-5"]


def test_the_same_part_of_the_same_quota_is_one_scope() -> None:
    """Two duties within one quota on the same goods overlap (ME32); another order number is another scope."""
    bloc = silicon_bloc(opened(), opened(order_number="09.8602"))
    assert bloc.broken(within(measure="eu.safeguard.fesi.again")) == ["MSR-6"]
    assert bloc.broken(within(measure="eu.safeguard.fesi.other", order_number="09.8602")) == []


def test_openings_and_blockings_are_mended_like_all_rules() -> None:
    """A volume that was printed wrongly is corrected, never edited."""
    assert {name for name in CORRECTABLE if name.startswith("bloc.quota.")} == {
        f"bloc.quota.{verb}.v1" for verb in ("opened", "amended", "blocked", "unblocked")
    }
    assert opened().subject == f"quota/{NUMBER}"
