"""Streams and keys: where an event belongs, and what its recording advances."""

import pytest

from contracts.examples import example_of
from contracts.registry import EVENT_TYPES
from contracts.streams import RULES_GUARD, keys_of, kind_of, party_stream, stream_of
from tests.contracts.mutations import TYPE_NAMES, accepted, event


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_the_stream_is_computed_from_the_payload(type_name: str):
    """Every example names as subject the very stream that its payload gives."""
    decoded = accepted(event(type_name))
    assert stream_of(type_name, decoded.data) == decoded.subject
    assert decoded.subject.encode() in example_of(type_name)


@pytest.mark.parametrize(
    ("type_name", "stream"),
    [
        ("bloc.founded.v1", "bloc/charter"),
        ("bloc.mandate.granted.v1", "party/us.customs"),
        ("bloc.member_commitment.fulfilled.v1", "member/EU"),
        ("bloc.price_floor.set.v1", "floor/ndpr.oxide_compound.oxide_99"),
        ("bloc.duty.assessed.v1", "declaration/US/ABC-1234567-8"),
        ("bloc.drawdown.released.v1", "stock/vault/ndpr.oxide_compound.oxide_99"),
        ("bloc.replenishment.received.v1", "stock/vault/ndpr.oxide_compound.oxide_99"),
        ("bloc.carrying_cost.accrued.v1", "purchase_commitment/vault.clarios.2026-01"),
        ("bloc.submission.refused.v1", "refusal/us.vault"),
    ],
)
def test_a_stream_is_a_kind_and_one_or_two_ids(type_name: str, stream: str):
    """Lots, drawdowns and replenishments of one line share a stream, and so share its version."""
    assert stream_of(type_name, accepted(event(type_name)).data) == stream


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_rule_events_advance_the_guard_besides_their_stream(type_name: str):
    """Two new measures have no stream in common, but they have the guard."""
    keys = keys_of(type_name, "some/stream")
    assert keys == (("some/stream", RULES_GUARD) if EVENT_TYPES[type_name].guarded else ("some/stream",))


def test_declarations_and_drawdowns_do_not_wait_for_the_guard():
    """What comes by the thousand is decided on its own stream alone."""
    for name in ("declaration.accepted", "duty.assessed", "drawdown.released", "submission.refused"):
        assert keys_of(f"bloc.{name}.v1", "some/stream") == ("some/stream",)


def test_an_unknown_type_has_neither_stream_nor_keys():
    """The caller answers malformed; nothing is guessed."""
    data = accepted(event("bloc.founded.v1")).data
    with pytest.raises(KeyError):
        stream_of("bloc.founded.v2", data)
    with pytest.raises(KeyError):
        keys_of("bloc.founded.v2", "bloc/charter")


def test_the_stream_of_a_party_holds_its_keys_and_mandates():
    """Every draft of a party expects this key, so a revocation meets everything in flight."""
    assert party_stream("us.customs") == "party/us.customs"
    assert kind_of("stock/vault/ndpr.oxide_compound.oxide_99") == "stock"
