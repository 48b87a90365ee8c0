"""The key of checkpoints: rotated by the right party, to a key that can sign, and never revoked while in force."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.identity.keys import SigningKey
from tests.domain.facts import (
    SECRETARIAT,
    checkpoint_key_rotated,
    key_of,
    key_registered,
    key_revoked,
    mandate_granted,
)
from tests.domain.given import Accepted, Bloc, accepted, founded_bloc, refused

LEDGER = "bloc.ledger"
FIRST, SECOND, THIRD = (key_of(LEDGER, number) for number in (1, 2, 3))


def registered(key: SigningKey, **more: str) -> Event[Any]:
    """The ledger registers a further key of its own."""
    return key_registered(LEDGER, by=LEDGER, key=key, **more)


def revoked(key: SigningKey, by: str = LEDGER, reason: str = "superseded") -> Event[Any]:
    """A key of the ledger is revoked."""
    return key_revoked(LEDGER, key=key, by=by, reason=reason)


def bloc_with_second_key() -> Bloc:
    """The ledger has a second key, which signs no checkpoint yet."""
    return founded_bloc().record(registered(SECOND))


def test_ckey_1_the_ledger_or_the_secretariat_rotates():
    """When the ledger's key is lost the secretariat brings the spare one into force."""
    bloc = bloc_with_second_key()
    assert bloc.broken(checkpoint_key_rotated(SECOND)) == []
    assert bloc.broken(checkpoint_key_rotated(SECOND, by=SECRETARIAT)) == []
    for stranger in ("us.trade", "bloc.tariffs", "xx.nobody"):
        assert bloc.broken(checkpoint_key_rotated(SECOND, by=stranger)) == ["CKEY-1"]


def test_ckey_1_a_deputy_of_the_secretariat_rotates_by_a_mandate_that_says_so():
    """As with any key: the mandate names the type, and is live."""
    for types, broken in (["bloc.checkpoint_key.rotated.v1"], []), (["bloc.key.*"], ["CKEY-1"]):
        bloc = bloc_with_second_key().record(
            key_registered("bloc.registrar"),
            mandate_granted("bloc.registrar", "secretariat", event_types=types),
        )
        assert bloc.broken(checkpoint_key_rotated(SECOND, by="bloc.registrar")) == broken


def test_ckey_2_only_the_party_of_the_ledger_signs_checkpoints():
    """Not even the secretariat's own key, and not that of the other service."""
    bloc = founded_bloc()
    for party in (SECRETARIAT, "bloc.tariffs", "us.trade"):
        event = checkpoint_key_rotated(key_of(party), by=SECRETARIAT, party=party)
        assert bloc.broken(event) == ["CKEY-2"]


def test_ckey_3_the_next_key_is_one_of_the_ledgers():
    """An unknown key and another party's key sign no checkpoint."""
    bloc = founded_bloc()
    assert bloc.broken(checkpoint_key_rotated(SECOND)) == ["CKEY-3"]
    assert bloc.broken(checkpoint_key_rotated(key_of("us.trade"))) == ["CKEY-3"]


def test_ckey_3_the_next_key_is_not_revoked():
    """Its checkpoints could be signed by nobody who may."""
    bloc = bloc_with_second_key().record(revoked(SECOND))
    assert bloc.broken(checkpoint_key_rotated(SECOND)) == ["CKEY-3"]


def test_ckey_3_the_next_key_is_valid_already():
    """A key registered for next month comes into force next month."""
    bloc = founded_bloc().record(registered(SECOND, valid_from="2026-07-01"))
    assert bloc.broken(checkpoint_key_rotated(SECOND)) == ["CKEY-3"]
    at_once = founded_bloc().record(registered(SECOND, valid_from="2026-06-15"))
    assert at_once.broken(checkpoint_key_rotated(SECOND)) == []


def test_ckey_4_the_next_key_is_another_one():
    """A rotation to the key in force says nothing; one back to an earlier live key is a rotation."""
    bloc = bloc_with_second_key()
    assert bloc.broken(checkpoint_key_rotated(FIRST)) == ["CKEY-4"]
    bloc.record(checkpoint_key_rotated(SECOND))
    assert bloc.broken(checkpoint_key_rotated(SECOND)) == ["CKEY-4"]
    assert bloc.broken(checkpoint_key_rotated(FIRST)) == []


@pytest.mark.parametrize(
    ("overlap_until", "allowed"),
    [
        ("2026-06-15T23:59:59Z", False),
        ("2026-06-16T01:59:59+02:00", False),
        ("2026-06-16T00:00:00Z", True),
        ("2026-09-13T23:59:59Z", True),
        ("2026-09-14T00:00:00Z", False),
        ("2199-12-31T23:59:59-12:00", False),
        ("1900-01-01T00:00:00+12:00", False),
    ],
)
def test_ckey_5_an_overlap_ends_after_its_day_and_within_ninety_days(overlap_until: str, *, allowed: bool):
    """Recorded on 15 June 2026: one that is over already helps nobody, one without end gives up nothing."""
    event = checkpoint_key_rotated(SECOND, overlap_until=overlap_until)
    assert bloc_with_second_key().broken(event) == ([] if allowed else ["CKEY-5"])


def test_ckey_6_the_key_in_force_is_not_revoked_by_anybody():
    """Even with a spare key at hand: without a rotation no checkpoint could be signed from here on."""
    bloc = bloc_with_second_key()
    for author in (LEDGER, SECRETARIAT):
        assert bloc.broken(revoked(FIRST, by=author, reason="compromised")) == ["CKEY-6"]
        assert bloc.broken(revoked(SECOND, by=author, reason="compromised")) == []


def test_ckey_6_the_last_key_of_the_ledger_stays_for_two_reasons():
    """It is the last one (KEY-7) and the one in force; the author hears of both at once."""
    assert founded_bloc().broken(revoked(FIRST)) == ["KEY-7", "CKEY-6"]


def test_ckey_6_after_the_rotation_the_old_key_is_revoked_and_the_new_one_is_not():
    """What was given up may go, also within the overlap; what signs now stays."""
    bloc = bloc_with_second_key().record(checkpoint_key_rotated(SECOND, overlap_until="2026-07-01T00:00:00Z"))
    assert bloc.broken(revoked(FIRST)) == []
    assert bloc.broken(revoked(SECOND)) == ["CKEY-6"]


def test_ckey_6_a_key_that_was_revoked_may_be_found_suspect_later():
    """A second revocation that names since when is no revocation of the key in force."""
    bloc = bloc_with_second_key().record(checkpoint_key_rotated(SECOND), revoked(FIRST))
    later = key_revoked(
        LEDGER, key=FIRST, by=LEDGER, reason="compromised", suspect_from="2026-06-01T00:00:00Z"
    )
    assert bloc.broken(later) == []


def test_a_stolen_checkpoint_key_goes_in_one_submission():
    """Register the next key, rotate to it, revoke the stolen one: each event sees the earlier ones."""
    decided = founded_bloc().decide(
        registered(SECOND), checkpoint_key_rotated(SECOND), revoked(FIRST, reason="compromised")
    )
    assert isinstance(accepted(decided), Accepted)
    assert {"rules", f"party/{LEDGER}"} <= accepted(decided).expects.keys()


def test_a_submission_that_revokes_before_it_rotates_is_refused():
    """Between the two lines nobody could sign, and a checkpoint may end at any line."""
    decided = bloc_with_second_key().decide(revoked(FIRST), checkpoint_key_rotated(SECOND))
    assert refused(decided) == ["CKEY-6"]


def test_the_checkpoint_key_is_not_judged_before_the_founding():
    """On an empty ledger the one answer is that nothing comes before the founding."""
    assert Bloc().broken(checkpoint_key_rotated(SECOND)) == ["FND-1"]


ACTS = [
    act
    for key in (FIRST, SECOND, THIRD)
    for by in (LEDGER, SECRETARIAT)
    for act in (
        key_registered(LEDGER, by=by, key=key),
        key_registered(LEDGER, by=by, key=key, valid_from="2026-12-01"),
        checkpoint_key_rotated(key, by=by),
        revoked(key, by=by),
        revoked(key, by=by, reason="compromised"),
    )
]


@given(st.lists(st.sampled_from(ACTS), max_size=25))
def test_whatever_the_rules_let_pass_the_ledger_has_a_key_in_force_that_may_sign(acts: list[Event[Any]]):
    """No order of registrations, rotations and revocations that is recorded locks the ledger out."""
    bloc = founded_bloc()
    for act in acts:
        if bloc.broken(act) == []:
            bloc.record(act)
        in_force = bloc.rules.ring.checkpoint_keys[-1]
        assert bloc.rules.ring.is_live(in_force.kid, on="2026-06-15")
