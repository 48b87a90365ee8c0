"""The decision: signed by the deciding service, for one ledger, over exactly these parts and key versions."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as oracle
from joserfc.jwk import OKPKey
from joserfc.registry import HeaderParameter

from contracts.decision import Decision, DecisionFault, expects_digest, sign_decision, verify_decision
from contracts.identity.keyring import FOUNDED, KEY_REVOKED, KeyRing
from contracts.identity.keys import SigningKey, base64url
from contracts.limits import DECISION_BYTES_MAX

SECRETARIAT, TARIFFS, LEDGER = (SigningKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
ORIGIN = "bloc.example/ledger"


def holder(party: str, key: SigningKey, **role: str) -> dict[str, object]:
    return {"party": party, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": key.jwk.x}, "proof": "…", **role}


RING = KeyRing().evolve(
    0,
    FOUNDED,
    {
        "secretariat": holder("bloc.secretariat", SECRETARIAT),
        "services": [
            holder("bloc.tariffs", TARIFFS, role="tariffs"),
            holder("bloc.ledger", LEDGER, role="ledger"),
        ],
    },
)
DECISION = Decision(
    parts=("a" * 64, "b" * 64),
    expects=expects_digest({"party/us.customs": 3, "declaration/US/ABC-1234567-8": 0}),
    position=239,
    time="2026-07-01T03:30:06.000000Z",
    ruleset="2026.1",
)
TOKEN = sign_decision(TARIFFS, DECISION, audience=ORIGIN)


def fault_kind(token: str, ring: KeyRing = RING, audience: str = ORIGIN) -> str:
    fault = verify_decision(token, ring, audience=audience)
    assert isinstance(fault, DecisionFault)
    assert fault.reason
    return fault.kind


def signed(header: object, payload: object, key: SigningKey = TARIFFS) -> str:
    text = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, payload))
    return f"{text}.{base64url(key.sign(text.encode()))}"


def test_a_signed_decision_comes_back_as_it_was():
    """Signed by tariffs, read by the ledger."""
    assert verify_decision(TOKEN, RING, audience=ORIGIN) == DECISION


def test_joserfc_reads_a_decision_as_an_ordinary_jws():
    """An auditor needs nothing of ours to check the judge."""
    registry = oracle.JWSRegistry({"aud": HeaderParameter("Audience", "str")}, algorithms=["Ed25519"])
    read = oracle.deserialize_compact(TOKEN, OKPKey.import_key(TARIFFS.to_pem()), registry=registry)
    assert json.loads(read.payload or b"")["parts"] == ["a" * 64, "b" * 64]
    assert read.protected == {"alg": "Ed25519", "kid": TARIFFS.kid, "aud": ORIGIN}


def test_a_decision_of_anybody_but_the_deciding_service_is_forged():
    """Neither the ledger's own key nor the secretariat's may decide, nor a key that nobody registered."""
    for key in (LEDGER, SECRETARIAT, SigningKey.generate()):
        assert fault_kind(sign_decision(key, DECISION, audience=ORIGIN)) == "forged"


def test_a_decision_for_another_ledger_is_forged():
    """Two ledgers of one operator cannot be played against each other."""
    assert fault_kind(sign_decision(TARIFFS, DECISION, audience="other.example/ledger")) == "forged"


def test_a_decision_before_the_founding_is_forged():
    """An empty ring knows no deciding service."""
    assert fault_kind(TOKEN, KeyRing()) == "forged"


def test_a_decision_under_a_revoked_key_is_not_valid():
    """It verifies, but no longer counts; under the ring before the revocation it did."""
    revoked = RING.evolve(
        9, KEY_REVOKED, {"party": "bloc.tariffs", "kid": TARIFFS.kid, "reason": "superseded"}
    )
    assert fault_kind(TOKEN, revoked) == "key_not_valid"


def test_a_touched_payload_or_signature_is_forged():
    """What was signed is the text itself."""
    header, payload, signature = TOKEN.split(".")
    other = sign_decision(TARIFFS, Decision(("c" * 64,), "d" * 64, 1, DECISION.time, "x"), audience=ORIGIN)
    assert fault_kind(f"{header}.{other.split('.')[1]}.{signature}") == "forged"
    assert fault_kind(f"{header}.{payload}.{base64url(bytes(64))}") == "forged"


HEADER = {"alg": "Ed25519", "kid": TARIFFS.kid, "aud": ORIGIN}
GOOD_PAYLOAD: dict[str, Any] = {
    "parts": ["a" * 64],
    "expects": "b" * 64,
    "position": 1,
    "time": DECISION.time,
    "ruleset": "x",
}


def test_a_decision_made_by_hand_in_the_right_form_is_read():
    """The next test changes one thing at a time in this one."""
    assert isinstance(verify_decision(signed(HEADER, GOOD_PAYLOAD), RING, audience=ORIGIN), Decision)


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        (HEADER | {"alg": "EdDSA"}, GOOD_PAYLOAD),
        (HEADER | {"alg": "none"}, GOOD_PAYLOAD),
        (HEADER | {"typ": "JWT"}, GOOD_PAYLOAD),
        (HEADER, GOOD_PAYLOAD | {"parts": ()}),
        (HEADER, GOOD_PAYLOAD | {"parts": ["a" * 64] * 3}),
        (HEADER, GOOD_PAYLOAD | {"parts": ["A" * 64]}),
        (HEADER, GOOD_PAYLOAD | {"parts": ["a" * 64 + "\n"]}),
        (HEADER, GOOD_PAYLOAD | {"expects": "b"}),
        (HEADER, GOOD_PAYLOAD | {"position": -2}),
        (HEADER, GOOD_PAYLOAD | {"time": "2026-07-01T03:30:06Z"}),
        (HEADER, GOOD_PAYLOAD | {"more": 1}),
        (HEADER, ["no object"]),
    ],
    ids=repr,
)
def test_a_decision_of_another_form_is_malformed_even_when_it_is_signed(header: object, payload: object):
    """The deciding service itself cannot make the ledger read what is no decision."""
    assert fault_kind(signed(header, payload)) == "malformed"


def test_a_header_written_in_another_order_is_refused():
    """One key has one header text, so the text itself is compared."""
    assert fault_kind(signed(dict(reversed(HEADER.items())), GOOD_PAYLOAD)) == "forged"


@pytest.mark.parametrize(
    "token", ["", "a.b.c", TOKEN + ".", TOKEN + "=", TOKEN[:-1] + "é", "A" * (DECISION_BYTES_MAX + 1)]
)
def test_what_is_no_compact_jws_is_malformed(token: str):
    """Read strictly, before anything is computed."""
    assert fault_kind(token) == "malformed"


@given(st.text(max_size=100))
def test_no_text_at_all_makes_the_reader_raise(token: str):
    """Bad input is an answer, never an exception."""
    assert fault_kind(token) in {"malformed", "forged"}


def test_the_digest_of_key_versions_is_the_sha256_of_compact_json_with_sorted_keys():
    """So that anyone can compute it; the order in which keys were read does not matter."""
    text = b'{"declaration/US/ABC-1234567-8":0,"party/us.customs":3}'
    assert DECISION.expects == sha256(text).hexdigest()
    assert expects_digest({"declaration/US/ABC-1234567-8": 0, "party/us.customs": 3}) == DECISION.expects


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}/[A-Za-z0-9._-]{1,12}", fullmatch=True), st.integers(0, 10**9))
)
def test_the_digest_agrees_with_the_json_of_the_standard_library(expects: dict[str, int]):
    """Another implementation, any keys."""
    text = json.dumps(expects, sort_keys=True, separators=(",", ":"))
    assert expects_digest(expects) == sha256(text.encode()).hexdigest()
