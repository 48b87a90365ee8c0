"""Detached JWS over a body: joserfc is the oracle both ways, and everything loose is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as oracle
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey
from joserfc.registry import HeaderParameter

from contracts.identity.jws import (
    Detached,
    SignatureFault,
    circumstance_fault,
    parse_detached,
    sign_detached,
    verify_detached,
)
from contracts.identity.keys import SigningKey, base64url
from contracts.limits import SIGNATURE_BYTES_MAX

KEY = SigningKey.from_seed(bytes(range(32)))
OTHER_KEY = SigningKey.from_seed(bytes(range(32, 64)))
THEIR_KEY = OKPKey.import_key(KEY.to_pem())
ORIGIN = "bloc.example/ledger"
NOW = 1_767_225_600
REGISTRY = oracle.JWSRegistry(
    header_registry={
        "aud": HeaderParameter("Audience: the ledger's origin", "str"),
        "iat": HeaderParameter("Issued at, in seconds since 1970", "int"),
    },
    algorithms=["Ed25519", "EdDSA"],
)
"""What any joserfc user needs to read our headers: `aud` and `iat` are not in its default registry."""
BODY = b'{"id":"019f1a10-0003-7d10-a5b6-2c9e8f71d403"}\n{"note":"110.00 USD/kg"}\n'
HEADER: dict[str, Any] = {
    "alg": "Ed25519",
    "b64": False,
    "crit": ["b64"],
    "kid": KEY.kid,
    "aud": ORIGIN,
    "iat": NOW,
}


def signed_by_hand(header: bytes, body: bytes = BODY) -> str:
    """Sign under any protected header at all, as a careless or hostile client could."""
    header_b64 = base64url(header)
    return f"{header_b64}..{base64url(KEY.sign(header_b64.encode() + b'.' + body))}"


def read(text: str) -> Detached:
    detached = parse_detached(text)
    assert isinstance(detached, Detached)
    return detached


def refused(text: str) -> SignatureFault:
    fault = parse_detached(text)
    assert isinstance(fault, SignatureFault)
    assert fault.mend
    return fault


@given(st.text(max_size=300), st.integers(0, 4_000_000_000))
def test_joserfc_accepts_what_we_sign(text: str, issued_at: int):
    """Whatever the text is: a partner who checks with an ordinary library agrees with us."""
    body = text.encode()
    token = sign_detached(KEY, body, audience=ORIGIN, issued_at=issued_at)
    checked = oracle.deserialize_compact(token, THEIR_KEY, registry=REGISTRY, payload=body)
    assert checked.protected == HEADER | {"iat": issued_at}


def test_joserfc_refuses_what_we_sign_for_another_body():
    """The oracle can say no."""
    token = sign_detached(KEY, BODY, audience=ORIGIN, issued_at=NOW)
    with pytest.raises(BadSignatureError):
        oracle.deserialize_compact(token, THEIR_KEY, registry=REGISTRY, payload=BODY + b"\n")


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # that is why we accept it, and only for reading
@pytest.mark.parametrize("algorithm", ["Ed25519", "EdDSA"])
def test_we_accept_what_joserfc_signs_under_either_name_of_the_algorithm(algorithm: str):
    """RFC 9864 gave Ed25519 its own name; older libraries still write EdDSA."""
    token = oracle.serialize_compact(HEADER | {"alg": algorithm}, BODY, THEIR_KEY, registry=REGISTRY)
    detached = read(token)
    assert (detached.kid, detached.alg, detached.aud, detached.iat) == (KEY.kid, algorithm, ORIGIN, NOW)
    assert verify_detached(detached, BODY, KEY.verifying)


@given(st.permutations(list(HEADER)))
def test_the_order_of_the_header_members_does_not_matter(names: list[str]):
    """Libraries write them as they please."""
    detached = read(signed_by_hand(json.dumps({name: HEADER[name] for name in names}).encode()))
    assert verify_detached(detached, BODY, KEY.verifying)


def test_another_key_another_body_or_a_touched_header_does_not_verify():
    """One flipped bit anywhere is a bad signature."""
    detached = read(sign_detached(KEY, BODY, audience=ORIGIN, issued_at=NOW))
    elsewhere = read(sign_detached(KEY, BODY, audience=ORIGIN, issued_at=NOW + 1))
    assert verify_detached(detached, BODY, KEY.verifying)
    assert not verify_detached(detached, BODY, OTHER_KEY.verifying)
    assert not verify_detached(detached, BODY[:-1], KEY.verifying)
    mixed = f"{elsewhere.header_b64}..{base64url(detached.signature)}"
    assert not verify_detached(read(mixed), BODY, KEY.verifying)


@given(st.integers(0, 64 * 8 - 1))
def test_one_flipped_bit_in_the_signature_does_not_verify(bit: int):
    """Every one of the 512."""
    detached = read(sign_detached(KEY, BODY, audience=ORIGIN, issued_at=NOW))
    flipped = bytearray(detached.signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verify_detached(
        read(f"{detached.header_b64}..{base64url(bytes(flipped))}"), BODY, KEY.verifying
    )


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"alg": "Ed448"},
        {"b64": True},
        {"crit": ["b64", "exp"]},
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": "b64"},
        {"kid": "short"},
        {"aud": ""},
        {"aud": [ORIGIN]},
        {"iat": -1},
        {"iat": 1.5},
        {"iat": 1e9},
        {"iat": "1767225600"},
        {"iat": 10**30},
        {"iat": None},
        {"typ": "JOSE"},
        {"jwk": {}},
        {"exp": NOW},
    ],
    ids=str,
)
def test_a_header_that_says_anything_else_is_refused(change: dict[str, Any]):
    """Other algorithms, other crit, other kinds of values, and members that are not ours."""
    refused(signed_by_hand(json.dumps(HEADER | change).encode()))


@pytest.mark.parametrize("name", list(HEADER))
def test_a_header_without_one_of_its_members_is_refused(name: str):
    """All six are required: without `aud` and `iat` a captured submission could be posted anywhere, any time."""
    refused(signed_by_hand(json.dumps({key: value for key, value in HEADER.items() if key != name}).encode()))


@pytest.mark.parametrize("name", list(HEADER))
def test_a_header_member_that_stands_twice_is_refused(name: str):
    """Readers disagree about which of the two counts, so neither does."""
    text = json.dumps(HEADER)
    again = json.dumps({name: HEADER[name]})[1:-1]
    assert "twice" in refused(signed_by_hand(f"{text[:-1]},{again}}}".encode())).reason


def test_an_escape_in_the_header_is_refused():
    """`\\u0062` would be a second way to write a name."""
    refused(signed_by_hand(json.dumps(HEADER).replace('"kid"', '"\\u006bid"').encode()))


def test_a_header_that_is_not_json_is_refused():
    """Nor bytes that are no UTF-8, nor something after the object."""
    refused(signed_by_hand(b"not json"))
    refused(signed_by_hand(b"\xff\xfe"))
    refused(signed_by_hand(json.dumps(HEADER).encode() + b"{}"))
    refused("A.." + base64url(bytes(64)))


GOOD = sign_detached(KEY, BODY, audience=ORIGIN, issued_at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bearer secret",
        GOOD.replace("..", "."),
        GOOD.replace("..", ".e30."),
        GOOD + "=",
        GOOD + "\n",
        " " + GOOD,
        GOOD[:-1],
        GOOD[:-1] + chr(ord(GOOD[-1]) + 1),
        GOOD[:-1] + "é",
        "é" + GOOD,
    ],
    ids=ascii,
)
def test_anything_but_header_two_dots_signature_is_refused(text: str):
    """Also a payload in between, padding, white space, and a second spelling of the same 64 bytes."""
    refused(text)


def test_an_oversized_signature_is_refused_unread():
    """1 KiB is the limit, and what it takes to decode more is never spent."""
    refused("A" * (SIGNATURE_BYTES_MAX - 87) + ".." + base64url(bytes(64)))
    assert "limit" in refused(base64url(b" " * 800) + ".." + base64url(bytes(64))).reason


@given(st.text(max_size=200))
def test_no_text_at_all_makes_the_reader_raise(text: str):
    """Bad input is an answer, never an exception."""
    assert isinstance(parse_detached(text), SignatureFault)


def test_a_signature_for_another_ledger_is_named_as_such():
    """A submission captured elsewhere cannot be posted here."""
    fault = circumstance_fault(read(GOOD), audience="other.example/ledger", at_seconds=NOW)
    assert fault is not None
    assert '"aud":"other.example/ledger"' in fault.mend


@pytest.mark.parametrize(
    ("recorded_after_seconds", "accepted"),
    [(0, True), (-300, True), (-301, False), (604_800, True), (604_801, False)],
)
def test_a_signature_counts_from_five_minutes_ahead_to_seven_days_back(
    recorded_after_seconds: int, accepted: bool
):
    """The bounds themselves still count."""
    fault = circumstance_fault(read(GOOD), audience=ORIGIN, at_seconds=NOW + recorded_after_seconds)
    assert (fault is None) is accepted
