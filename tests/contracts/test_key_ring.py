"""The key ring: folded from recorded events, revoked by position, total."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.founding import KeyRegistered, KeyRevoked
from contracts.identity.keyring import FOUNDED, KEY_REGISTERED, KEY_REVOKED, KeyRing
from contracts.identity.keys import SigningKey
from contracts.identity.possession import prove_possession

SECRETARIAT, TARIFFS, LEDGER, CUSTOMS, VAULT = (SigningKey.from_seed(bytes([n]) * 32) for n in range(1, 6))

PROOF = prove_possession(CUSTOMS, "bloc.example/ledger", "us.customs", issued_at=1_767_225_600)


def jwk(key: SigningKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": key.jwk.x}


FOUNDING: dict[str, Any] = {
    "name": "Agreement on Trade in Critical Minerals",
    "origin": "bloc.example/ledger",
    "secretariat": {"party": "bloc.secretariat", "jwk": jwk(SECRETARIAT), "proof": "…"},
    "services": [
        {"party": "bloc.tariffs", "role": "tariffs", "jwk": jwk(TARIFFS), "proof": "…"},
        {"party": "bloc.ledger", "role": "ledger", "jwk": jwk(LEDGER), "proof": "…"},
    ],
}
FOUNDED_RING = KeyRing().evolve(0, FOUNDED, FOUNDING)


def registration(party: str, key: SigningKey, **more: str) -> dict[str, Any]:
    return {"party": party, "jwk": jwk(key), "proof": "…"} | more


def revocation(party: str, key: SigningKey, **more: str) -> dict[str, str]:
    return {"party": party, "kid": key.kid, "reason": "superseded", **more}


def test_the_founding_registers_the_anchor_and_the_services_with_their_roles():
    """The thumbprint of the secretariat's founding key is what every verifier is configured with."""
    assert (FOUNDED_RING.anchor, FOUNDED_RING.secretariat) == (SECRETARIAT.kid, "bloc.secretariat")
    assert FOUNDED_RING.party_of_role("tariffs") == "bloc.tariffs"
    assert FOUNDED_RING.party_of_role("ledger") == "bloc.ledger"
    assert [key.kid for key in FOUNDED_RING.party_keys("bloc.tariffs")] == [TARIFFS.kid]


def test_a_second_founding_changes_nothing():
    """Else whoever gets one recorded owns the bloc."""
    usurper = FOUNDING | {"secretariat": {"party": "us.vault", "jwk": jwk(VAULT), "proof": "…"}}
    assert FOUNDED_RING.evolve(7, FOUNDED, usurper) is FOUNDED_RING


def test_a_registered_key_is_found_by_its_thumbprint():
    """With party and position of its registration."""
    ring = FOUNDED_RING.evolve(5, KEY_REGISTERED, registration("us.customs", CUSTOMS))
    found = ring.find(CUSTOMS.kid)
    assert found is not None
    assert (found.party, found.registered_at, found.key) == ("us.customs", 5, CUSTOMS.verifying)
    assert ring.is_live(CUSTOMS.kid)
    assert FOUNDED_RING.find(CUSTOMS.kid) is None, "the ring before it is untouched"
    assert not FOUNDED_RING.is_live(CUSTOMS.kid)


def test_a_revoked_key_stays_known_and_is_live_no_more():
    """Old signatures must be verifiable for ever."""
    ring = FOUNDED_RING.evolve(5, KEY_REGISTERED, registration("us.customs", CUSTOMS))
    ring = ring.evolve(9, KEY_REVOKED, revocation("us.customs", CUSTOMS))
    assert not ring.is_live(CUSTOMS.kid)
    assert [key.revoked_at for key in ring.party_keys("us.customs")] == [9]


def test_a_key_may_be_registered_for_a_later_day():
    """`valid_from` is a civil date of UTC."""
    ring = FOUNDED_RING.evolve(
        5, KEY_REGISTERED, registration("us.customs", CUSTOMS, valid_from="2026-05-01")
    )
    assert not ring.is_live(CUSTOMS.kid, on="2026-04-30")
    assert ring.is_live(CUSTOMS.kid, on="2026-05-01")
    assert ring.is_live(CUSTOMS.kid), "without a day the date is not asked"


def test_the_first_registration_of_a_key_is_the_only_one():
    """A second could hand the key to another party, or bring a revoked one back."""
    ring = FOUNDED_RING.evolve(5, KEY_REGISTERED, registration("us.customs", CUSTOMS))
    assert ring.evolve(6, KEY_REGISTERED, registration("us.vault", CUSTOMS)) is ring
    revoked = ring.evolve(7, KEY_REVOKED, revocation("us.customs", CUSTOMS))
    assert revoked.evolve(8, KEY_REGISTERED, registration("us.customs", CUSTOMS)) is revoked


def test_a_revocation_that_names_another_party_changes_nothing():
    """The stream of a party speaks of its own keys only."""
    ring = FOUNDED_RING.evolve(5, KEY_REGISTERED, registration("us.customs", CUSTOMS))
    assert ring.evolve(6, KEY_REVOKED, revocation("us.vault", CUSTOMS)) is ring


def test_a_second_revocation_moves_only_the_moment_of_suspicion_and_only_back():
    """A key that was merely replaced turns out to have been stolen."""
    ring = FOUNDED_RING.evolve(5, KEY_REGISTERED, registration("us.customs", CUSTOMS))
    ring = ring.evolve(6, KEY_REVOKED, revocation("us.customs", CUSTOMS))
    for position, suspect_from in (
        (7, "2026-03-01T00:00:00Z"),
        (8, "2026-02-01T00:00:00+01:00"),
        (9, "2026-04-01T00:00:00Z"),
    ):
        ring = ring.evolve(
            position, KEY_REVOKED, revocation("us.customs", CUSTOMS, suspect_from=suspect_from)
        )
    found = ring.find(CUSTOMS.kid)
    assert found is not None
    assert (found.revoked_at, found.suspect_from) == (6, datetime(2026, 1, 31, 23, tzinfo=UTC))


def test_a_revocation_stands_even_when_its_moment_of_suspicion_cannot_be_read():
    """A fold may lose a remark, never a revocation."""
    ring = FOUNDED_RING.evolve(6, KEY_REVOKED, revocation("bloc.tariffs", TARIFFS, suspect_from="in spring"))
    assert not ring.is_live(TARIFFS.kid)


def test_payloads_may_come_as_bytes_raw_or_values():
    """The ledger has bytes, tariffs has typed payloads; both fold the same ring."""
    raw = msgspec.json.encode(FOUNDING)
    assert KeyRing().evolve(0, FOUNDED, raw) == FOUNDED_RING
    assert KeyRing().evolve(0, FOUNDED, msgspec.Raw(raw)) == FOUNDED_RING


def test_typed_payloads_fold_the_same_ring():
    """Optional fields that were left out stay left out on the way."""
    registered = msgspec.convert(registration("us.customs", CUSTOMS, proof=PROOF), KeyRegistered)
    revoked = msgspec.convert(revocation("us.customs", CUSTOMS), KeyRevoked)
    ring = FOUNDED_RING.evolve(5, KEY_REGISTERED, registered).evolve(6, KEY_REVOKED, revoked)
    assert [(key.valid_from, key.revoked_at, key.suspect_from) for key in ring.party_keys("us.customs")] == [
        (None, 6, None)
    ]


def registration_with(x: str) -> dict[str, Any]:
    return {"party": "us.customs", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}, "proof": "…"}


@given(
    st.sampled_from([FOUNDED, KEY_REGISTERED, KEY_REVOKED, "bloc.price_floor.set.v1", ""]),
    st.none()
    | st.binary(max_size=30)
    | st.dictionaries(
        st.sampled_from(["party", "jwk", "kid", "secretariat", "services"]), st.text(max_size=5)
    )
    | st.builds(registration_with, st.text(max_size=42)),
)
def test_no_event_at_all_can_break_the_fold(type_name: str, data: object):
    """`evolve` is total: what does not hold what its type promises leaves the ring as it is."""
    assert FOUNDED_RING.evolve(1, type_name, data) is FOUNDED_RING
