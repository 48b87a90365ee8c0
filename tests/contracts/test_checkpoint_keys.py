"""The ledger's own key in the ring: which key a checkpoint of which size needs, and which sign it in an overlap."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import CheckpointKeyRotated
from contracts.identity.keyring import (
    CHECKPOINT_KEY_ROTATED,
    KEY_EVENTS,
    KEY_REGISTERED,
    KEY_REVOKED,
    CheckpointKey,
    KeyRing,
)
from contracts.identity.keys import SigningKey
from tests.contracts.test_key_ring import FOUNDED_RING, LEDGER, VAULT, registration, revocation

SECOND, THIRD = (SigningKey.from_seed(bytes([n]) * 32) for n in (21, 22))
UNTIL = datetime(2026, 10, 1, tzinfo=UTC)
BEFORE, AFTER = UNTIL - timedelta(seconds=1), UNTIL


def rotation(key: SigningKey, **more: Any) -> dict[str, Any]:
    return {"party": "bloc.ledger", "kid": key.kid} | more


def registered() -> KeyRing:
    """A ledger with two more keys, registered at 5 and 6."""
    ring = FOUNDED_RING.evolve(5, KEY_REGISTERED, registration("bloc.ledger", SECOND))
    return ring.evolve(6, KEY_REGISTERED, registration("bloc.ledger", THIRD))


def kid_for(ring: KeyRing, size: int) -> str | None:
    key = ring.checkpoint_keys_for(size)
    return None if key is None else key.kid


def signers(ring: KeyRing, size: int, at: datetime) -> list[str]:
    return [key.kid for key in ring.checkpoint_signers(size, at)]


def test_the_first_checkpoint_key_is_the_ledgers_key_of_the_founding():
    """It signs every checkpoint from the founding on; the empty ledger has none."""
    assert FOUNDED_RING.checkpoint_keys == (CheckpointKey(LEDGER.kid, LEDGER.verifying.public, 0),)
    assert [kid_for(FOUNDED_RING, size) for size in (0, 1, 1_000_000)] == [None, LEDGER.kid, LEDGER.kid]
    assert FOUNDED_RING.checkpoint_keys[0].verifying == LEDGER.verifying


def test_before_the_founding_nobody_signs_checkpoints():
    """There is no ledger yet."""
    assert KeyRing().checkpoint_keys_for(1) is None
    assert KeyRing().checkpoint_signers(1, BEFORE) == ()


def test_a_registered_key_signs_no_checkpoint_before_it_is_rotated_in():
    """Registration says whose key it is; rotation says that it is in force."""
    assert kid_for(registered(), 100) == LEDGER.kid


def test_a_checkpoint_that_covers_the_rotation_needs_the_new_key_and_a_smaller_one_the_old():
    """So old checkpoints verify for ever, and nobody looks at a clock."""
    ring = registered().evolve(9, CHECKPOINT_KEY_ROTATED, rotation(SECOND))
    ring = ring.evolve(20, CHECKPOINT_KEY_ROTATED, rotation(THIRD))
    sizes = (1, 9, 10, 20, 21, 500)
    first, second, third = LEDGER.kid, SECOND.kid, THIRD.kid
    assert [kid_for(ring, size) for size in sizes] == [first, first, second, second, third, third]


def test_a_key_revoked_after_its_rotation_still_verifies_what_it_signed():
    """The revocation of an old key takes nothing back."""
    ring = registered().evolve(9, CHECKPOINT_KEY_ROTATED, rotation(SECOND))
    ring = ring.evolve(10, KEY_REVOKED, revocation("bloc.ledger", LEDGER))
    assert kid_for(ring, 9) == LEDGER.kid


def test_in_the_overlap_the_key_before_signs_too():
    """Witnesses that know only the old key go on following; after the overlap the new one signs alone."""
    data = rotation(SECOND, overlap_until="2026-10-01T02:00:00+02:00")
    ring = registered().evolve(9, CHECKPOINT_KEY_ROTATED, data)
    assert ring.checkpoint_keys[-1].overlap_until == UNTIL
    assert signers(ring, 10, BEFORE) == [SECOND.kid, LEDGER.kid]
    assert signers(ring, 10, AFTER) == [SECOND.kid]
    assert signers(ring, 9, BEFORE) == [LEDGER.kid], "a checkpoint below the rotation knows nothing of it"


def test_without_an_overlap_the_new_key_signs_alone():
    """A stolen key gets no overlap."""
    ring = registered().evolve(9, CHECKPOINT_KEY_ROTATED, rotation(SECOND))
    assert signers(ring, 10, BEFORE) == [SECOND.kid]


def test_an_overlap_ends_with_the_revocation_of_the_key_before():
    """A revoked key signs nothing, whatever was planned."""
    data = rotation(SECOND, overlap_until="2026-10-01T00:00:00Z")
    ring = registered().evolve(9, CHECKPOINT_KEY_ROTATED, data)
    ring = ring.evolve(10, KEY_REVOKED, revocation("bloc.ledger", LEDGER))
    assert signers(ring, 11, BEFORE) == [SECOND.kid]


def test_a_further_rotation_ends_the_overlap_before_it():
    """Two keys at most sign one checkpoint: the one in force and the one before it."""
    ring = registered().evolve(
        9, CHECKPOINT_KEY_ROTATED, rotation(SECOND, overlap_until="2026-10-01T00:00:00Z")
    )
    ring = ring.evolve(12, CHECKPOINT_KEY_ROTATED, rotation(THIRD, overlap_until="2026-10-01T00:00:00Z"))
    assert signers(ring, 13, BEFORE) == [THIRD.kid, SECOND.kid]


@pytest.mark.parametrize(
    "data",
    [
        rotation(LEDGER),
        rotation(VAULT),
        rotation(SigningKey.from_seed(b"?" * 32)),
        rotation(SECOND) | {"party": "us.vault"},
        {"party": "bloc.ledger"},
        {},
        None,
    ],
    ids=["in force", "of another party", "unknown", "for another party", "no kid", "nothing", "null"],
)
def test_a_rotation_to_a_key_that_cannot_sign_changes_nothing(data: object):
    """The fold fails on the safe side: the key in force stays."""
    ring = registered().evolve(7, KEY_REGISTERED, registration("us.vault", VAULT))
    assert ring.evolve(9, CHECKPOINT_KEY_ROTATED, data) is ring


def test_a_rotation_to_a_revoked_key_changes_nothing():
    """Else a ledger could be left with a key that must sign and may not."""
    ring = registered().evolve(7, KEY_REVOKED, revocation("bloc.ledger", SECOND))
    assert ring.evolve(9, CHECKPOINT_KEY_ROTATED, rotation(SECOND)) is ring


def test_a_rotation_stands_even_when_its_overlap_cannot_be_read():
    """A fold may lose a courtesy, never a rotation."""
    ring = registered().evolve(9, CHECKPOINT_KEY_ROTATED, rotation(SECOND, overlap_until="in spring"))
    assert signers(ring, 10, BEFORE) == [SECOND.kid]


def test_a_typed_rotation_and_its_bytes_fold_the_same_ring():
    """The ledger has bytes, tariffs has typed payloads."""
    data = rotation(SECOND, overlap_until="2026-10-01T00:00:00Z", note="Yearly rotation.")
    typed = msgspec.convert(data, CheckpointKeyRotated)
    raw = msgspec.json.encode(data)
    folded = [registered().evolve(9, CHECKPOINT_KEY_ROTATED, form) for form in (data, typed, raw)]
    assert folded[0] == folded[1] == folded[2]
    assert CHECKPOINT_KEY_ROTATED in KEY_EVENTS, "the ledger opens payloads of these types only"


@given(st.lists(st.tuples(st.sampled_from([LEDGER, SECOND, THIRD]), st.booleans()), max_size=8))
def test_whatever_is_recorded_every_size_has_one_key_that_was_live_at_its_rotation(
    steps: list[tuple[SigningKey, bool]],
):
    """Rotations and revocations in any order: sizes never lose their key, and later events never change it."""
    ring, known = registered(), [LEDGER.kid] * 7
    for position, (key, rotates) in enumerate(steps, start=7):
        before = ring
        if rotates:
            ring = ring.evolve(position, CHECKPOINT_KEY_ROTATED, rotation(key))
        else:
            ring = ring.evolve(position, KEY_REVOKED, revocation("bloc.ledger", key))
        newest = ring.checkpoint_keys[-1].kid
        assert newest == before.checkpoint_keys[-1].kid or before.is_live(newest)
        known.append(newest)
        assert [kid_for(ring, size) for size in range(1, position + 2)] == known
