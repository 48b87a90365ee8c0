"""The founding: what a ledger begins with, and what it refuses to begin with."""

from contracts.identity.keys import SigningKey
from tests.domain import facts
from tests.domain.facts import holder, jwk, key_of, proof
from tests.domain.given import Bloc, accepted, founded_bloc, refusal_of
from tests.domain.listed import mineral


def test_fnd_1_nothing_comes_before_the_founding():
    """On an empty ledger everything but the founding is refused, and that refusal cannot be recorded."""
    empty = Bloc()
    assert empty.broken(mineral("ndpr")) == ["FND-1"]
    assert empty.broken(facts.founded()) == []
    decided = refusal_of(empty.decide(mineral("ndpr")))
    assert not decided.recordable


def test_fnd_1_what_follows_the_founding_in_its_submission_sees_it():
    """The founding submission also registers keys and grants the first mandates."""
    decided = Bloc().decide(
        facts.founded(),
        facts.key_registered("us.trade"),
        facts.mandate_granted("us.trade", "trade_ministry"),
    )
    assert accepted(decided).expects == {
        "party/bloc.secretariat": 0,
        "bloc/charter": 0,
        "party/us.trade": 0,
        "rules": 0,
    }


def test_fnd_2_a_bloc_is_founded_once():
    """A second founding is refused even when the secretariat itself signs it."""
    assert founded_bloc().broken(facts.founded()) == ["FND-2"]


def test_fnd_3_only_the_secretariat_founds_with_the_key_it_registers():
    """Another party, or the secretariat with another key, founds nothing."""
    stranger = facts.founded("us.trade")
    assert Bloc().broken(stranger) == ["FND-3"]
    assert Bloc().broken(facts.founded(), kid=key_of("bloc.secretariat", 2).kid) == ["FND-3"]


def test_fnd_4_every_founding_key_is_proven():
    """A proof by another key, for another party or for another ledger proves nothing."""
    other = key_of("bloc.tariffs", 2)
    faulty = [
        holder("bloc.tariffs", role="tariffs", proof=proof("bloc.tariffs", other)),
        holder("bloc.tariffs", role="tariffs", proof=proof("bloc.tariffs", named="bloc.ledger")),
        holder("bloc.tariffs", role="tariffs", proof=proof("bloc.tariffs", origin="other.example/ledger")),
    ]
    for service in faulty:
        founding = facts.founded(services=[service, holder("bloc.ledger", role="ledger")])
        (violation,) = Bloc().violations(founding)
        assert (violation.rule.id, violation.path) == ("FND-4", "$.data.services[0].proof")


def test_fnd_5_each_service_has_its_own_party_and_key():
    """Both services are named once, by parties that are neither each other nor the secretariat."""
    tariffs, ledger = holder("bloc.tariffs", role="tariffs"), holder("bloc.ledger", role="ledger")
    assert Bloc().broken(facts.founded(services=[tariffs])) == ["FND-5"]
    assert Bloc().broken(facts.founded(services=[tariffs, tariffs, ledger])) == ["FND-5", "FND-5"]
    key: SigningKey = key_of("bloc.tariffs")
    same_key = {"party": "bloc.ledger", "role": "ledger", "jwk": jwk(key), "proof": proof("bloc.ledger", key)}
    assert Bloc().broken(facts.founded(services=[tariffs, same_key])) == ["FND-5"]


def test_fnd_6_the_founding_names_the_rule_book_in_use():
    """A rule book that this release does not know cannot be promised."""
    assert Bloc().broken(facts.founded(ruleset="2031.4")) == ["FND-6"]
