"""Keys: registered by the right party with proof, revoked by the right party, never so that the bloc is locked out."""

from datetime import date
from typing import Any

from tests.domain import facts
from tests.domain.facts import SECRETARIAT, key_of, key_registered, key_revoked, proof
from tests.domain.given import Bloc, founded_bloc, refused

NEW = "au.trade"


def test_key_1_the_first_key_comes_from_the_secretariat():
    """A party cannot bring its own first key, nor another's."""
    bloc = founded_bloc()
    assert bloc.broken(key_registered(NEW)) == []
    assert bloc.broken(key_registered(NEW, by="us.trade")) == ["KEY-1"]
    assert bloc.broken(key_registered(NEW, by=NEW)) == ["KEY-1"]


def test_key_2_further_keys_come_from_the_party_itself():
    """Once a party has a key the secretariat could only register one in order to impersonate it."""
    bloc = founded_bloc()
    second = key_of("us.trade", 2)
    assert bloc.broken(key_registered("us.trade", by="us.trade", key=second)) == []
    assert bloc.broken(key_registered("us.trade", by=SECRETARIAT, key=second)) == ["KEY-2"]
    assert bloc.broken(key_registered(SECRETARIAT, by=SECRETARIAT, key=key_of(SECRETARIAT, 2))) == []


def test_key_2_holds_even_after_the_party_lost_its_only_key():
    """A party whose keys are all revoked comes back under a new name, not by grace of the secretariat."""
    bloc = founded_bloc().record(key_revoked("us.trade", reason="compromised"))
    assert bloc.broken(key_registered("us.trade", key=key_of("us.trade", 2))) == ["KEY-2"]


def test_key_3_a_key_is_proven():
    """The proof names this ledger, this party and this very key."""
    bloc = founded_bloc()
    for bad in (
        proof(NEW, key_of(NEW, 2)),
        proof(NEW, named="us.trade"),
        proof(NEW, origin="other.example/ledger"),
    ):
        (violation,) = bloc.violations(key_registered(NEW, proof=bad))
        assert (violation.rule.id, violation.path) == ("KEY-3", "$.data.proof")
        assert f"{facts.ORIGIN} {NEW} {key_of(NEW).kid}" in violation.detail


def test_key_4_a_key_is_registered_once_for_whichever_party():
    """Else one party could claim the signatures of another, or bring a revoked key back to life."""
    bloc = founded_bloc().record(key_revoked("us.customs", reason="ceased"))
    own_again = key_registered("us.trade", by="us.trade")
    revoked = key_registered("us.customs", by="us.customs")
    taken = key_registered(NEW, key=key_of("us.trade"), proof=proof(NEW, key_of("us.trade")))
    for event in (own_again, revoked, taken):
        assert bloc.broken(event) == ["KEY-4"]


def test_key_5_only_the_party_or_the_secretariat_revokes():
    """A neighbour cannot silence a ministry."""
    bloc = founded_bloc()
    assert bloc.broken(key_revoked("us.trade", by="eu.trade", reason="compromised")) == ["KEY-5"]
    assert bloc.broken(key_revoked("us.trade", by="us.trade", reason="compromised")) == []
    assert bloc.broken(key_revoked("us.trade", by=SECRETARIAT, reason="compromised")) == []


def test_key_6_only_a_live_key_of_the_party_is_revoked():
    """An unknown key, another party's key and a key revoked before are no targets."""
    bloc = founded_bloc()
    assert bloc.broken(key_revoked("us.trade", key=key_of("us.trade", 9))) == ["KEY-6"]
    assert bloc.broken(key_revoked("us.trade", key=key_of("eu.trade"))) == ["KEY-6"]
    bloc.record(key_revoked("us.trade", reason="ceased"))
    assert bloc.broken(key_revoked("us.trade", reason="ceased")) == ["KEY-6"]


def test_key_6_a_second_revocation_may_say_since_when_the_key_is_suspect():
    """It is often learnt later that a key that was merely superseded had been stolen."""
    bloc = founded_bloc().record(key_revoked("us.trade", reason="ceased"))
    suspect = key_revoked("us.trade", reason="compromised", suspect_from="2026-06-01T00:00:00Z")
    assert bloc.broken(suspect) == []


def test_key_7_the_last_key_of_the_secretariat_or_a_service_stays():
    """Without them nothing could be recorded again, not even the next key."""
    bloc = founded_bloc()
    for party in (SECRETARIAT, "bloc.tariffs", "bloc.ledger"):
        assert "KEY-7" in bloc.broken(key_revoked(party, by=party, reason="compromised"))
    bloc.record(key_registered(SECRETARIAT, key=key_of(SECRETARIAT, 2)))
    assert bloc.broken(key_revoked(SECRETARIAT, by=SECRETARIAT, reason="compromised")) == []


def test_key_7_a_last_key_is_not_superseded_by_nothing():
    """A party that supersedes its key registers the next one first; a stolen last key goes at once."""
    bloc = founded_bloc()
    assert bloc.broken(key_revoked("us.trade", by="us.trade", reason="superseded")) == ["KEY-7"]
    bloc.record(key_registered("us.trade", by="us.trade", key=key_of("us.trade", 2)))
    assert bloc.broken(key_revoked("us.trade", by="us.trade", reason="superseded")) == []


def test_key_7_a_key_that_is_not_valid_yet_does_not_replace_the_last_one():
    """Else the secretariat could sign nothing until that day comes."""
    bloc = founded_bloc()
    for party in (SECRETARIAT, "us.trade"):
        bloc.record(key_registered(party, by=party, key=key_of(party, 2), valid_from="2026-07-01"))
        assert bloc.broken(key_revoked(party, by=party, reason="superseded")) == ["KEY-7"]
        assert bloc.broken(key_revoked(party, by=party, reason="superseded"), on=date(2026, 7, 1)) == []


DEPUTY = "bloc.registrar"
KEY_TYPES = ["bloc.key.registered.v1", "bloc.key.revoked.v1", "bloc.checkpoint_key.rotated.v1"]


def bloc_with_deputy(**mandate: Any) -> Bloc:
    """The secretariat has given a registrar its role for keys."""
    bloc = founded_bloc().record(key_registered(DEPUTY))
    mandate.setdefault("event_types", KEY_TYPES)
    return bloc.record(facts.mandate_granted(DEPUTY, "secretariat", **mandate))


def test_key_1_and_key_5_whoever_holds_the_secretariats_role_registers_and_revokes_for_others():
    """A mandate that names the type, on its days; not one for anything else, and no word of its own."""
    registration = key_registered(NEW, by=DEPUTY)
    revocation = key_revoked("us.trade", by=DEPUTY, reason="compromised")
    bloc = bloc_with_deputy()
    assert bloc.broken(registration) == []
    assert bloc.broken(revocation) == []
    assert bloc.broken(key_registered("us.trade", by=DEPUTY, key=key_of("us.trade", 2))) == ["KEY-2"]
    others = bloc_with_deputy(event_types=["bloc.mineral.listed.v1"])
    assert (others.broken(registration), others.broken(revocation)) == (["KEY-1"], ["KEY-5"])
    over = bloc_with_deputy(effective_from="2026-01-01", effective_to="2026-06-15")
    assert (over.broken(registration), over.broken(revocation)) == (["KEY-1"], ["KEY-5"])
    ended = bloc_with_deputy().record(facts.mandate_revoked(DEPUTY, "2026-06-15"))
    assert (ended.broken(registration), ended.broken(revocation)) == (["KEY-1"], ["KEY-5"])


def test_no_other_role_registers_keys_for_others():
    """A mandate cannot even name the type unless its role may issue it."""
    bloc = founded_bloc()
    for role in ("trade_ministry", "customs", "reserve_operator", "rate_publisher", "auditor"):
        granted = facts.mandate_granted("us.trade", role, event_types=KEY_TYPES, mandate=f"us.{role}")
        assert "MND-5" in bloc.broken(granted)
        assert bloc.record(granted).broken(key_registered(NEW, by="us.trade")) == ["KEY-1"]


def test_a_key_and_its_mandate_may_come_in_one_submission():
    """Each event sees the earlier ones: the second registration of one submission is no first key any more."""
    bloc = founded_bloc()
    twice = bloc.decide(key_registered(NEW), key_registered(NEW, key=key_of(NEW, 2)))
    assert refused(twice) == ["KEY-2"]


def test_keys_are_not_judged_before_the_founding():
    """On an empty ledger the one answer is that nothing comes before the founding."""
    assert Bloc().broken(key_registered(NEW)) == ["FND-1"]
