"""Older versions of payloads are read as the newest, and nothing of them is changed or made up."""

import msgspec
import pytest
from msgspec import UNSET

from contracts.decoding import decode_payload, encode_event
from contracts.events import PurchaseCommitmentSigned
from contracts.events.corrections import CORRECTABLE
from contracts.events.proposals import PROPOSABLE
from contracts.examples import example_of
from contracts.registry import EVENT_TYPES
from contracts.upcasting import UPCASTERS, as_newest
from tests.contracts.mutations import COMMITMENT, TYPE_NAMES, accepted, event

SUPERSEDED = tuple(UPCASTERS)


@pytest.mark.parametrize("type_name", SUPERSEDED)
def test_a_superseded_type_leads_to_the_next_version_of_the_same_type(type_name: str):
    """v1 is read as v2 and that as v3: never further at once, never another type, never a circle."""
    family, _, version = type_name.rpartition(".v")
    newer = UPCASTERS[type_name][0]
    assert newer == f"{family}.v{int(version) + 1}"
    known, next_known = EVENT_TYPES[type_name], EVENT_TYPES[newer]
    assert (known.stream, known.roles, known.guarded, known.derived) == (
        next_known.stream,
        next_known.roles,
        next_known.guarded,
        next_known.derived,
    )


@pytest.mark.parametrize("type_name", SUPERSEDED)
def test_an_older_payload_is_read_as_the_newest_and_keeps_its_type_and_its_words(type_name: str):
    """The type stays as its author wrote it, and what he said is written back letter for letter: no state changes."""
    read = accepted(event(type_name))
    assert read.type == type_name
    assert type(read.data) is EVENT_TYPES[UPCASTERS[type_name][0]].payload
    as_written = msgspec.json.decode(msgspec.json.encode(read.data))
    assert as_written == event(type_name)["data"]
    header = msgspec.json.decode(example_of(type_name))
    assert decode_payload(type_name, msgspec.json.encode(header["data"])) == read.data


@pytest.mark.parametrize("type_name", [name for name in TYPE_NAMES if name not in SUPERSEDED])
def test_the_newest_version_is_read_as_it_is(type_name: str):
    """Nothing is done to it, not even a copy."""
    payload = accepted(event(type_name)).data
    assert as_newest(type_name, payload) is payload


def test_every_older_version_has_an_upcaster():
    """A version between the first and the newest that nobody can read would be lost."""
    for name in TYPE_NAMES:
        family, _, version = name.rpartition(".v")
        newer = f"{family}.v{int(version) + 1}"
        assert (newer in EVENT_TYPES) == (name in UPCASTERS)
        assert int(version) == 1 or f"{family}.v{int(version) - 1}" in EVENT_TYPES


def test_what_is_held_inside_other_payloads_has_no_older_version():
    """Corrections and proposals hold payloads of their own; the day one of these gets a v2, they must upcast it."""
    assert not set(UPCASTERS) & (set(CORRECTABLE) | set(PROPOSABLE))


def test_a_commitment_of_the_first_version_says_that_no_consent_was_given():
    """Nobody asked for one, and that is what a reader finds: never a signature that was not there."""
    signed = accepted(event(COMMITMENT)).data
    assert isinstance(signed, PurchaseCommitmentSigned)
    assert signed.consent is UNSET
    assert b"consent" not in encode_event(accepted(event(COMMITMENT)))
