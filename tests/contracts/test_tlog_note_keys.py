"""Keys of notes: their names, their ids, and the one way to write them down."""

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.identity.keys import KeyFault, SigningKey
from contracts.tlog.notes import (
    COSIGNATURE_V1,
    ED25519,
    Note,
    NoteFault,
    NoteKey,
    parse_vkey,
    sign_note,
    verify_note,
)
from tests.contracts.signed_texts import (
    BODY,
    C2SP_VKEY,
    LOG,
    LOG_KEY,
    NOTE,
    ORIGIN,
    WITNESS_KEY,
    any_name,
    as_text,
    damaged,
    other_spellings,
)

PUBLIC = LOG.verifying.public
TWINS = [SigningKey.from_seed(sha256(b"twin %d" % number).digest()) for number in (113_680, 134_967)]
"""Two keys that have the id ec8381c3 under ORIGIN: an id has 32 bits, so a pair is found in seconds."""


def vkey_of(name: str, material: bytes) -> str:
    """A verifier key with the right id for any name and material."""
    key_id = sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(material).decode()}"


def test_the_known_verifier_keys_come_from_the_known_seeds():
    """KAT-4: the log's key with type 1, the witness's with type 4."""
    assert LOG_KEY.vkey == "bloc.example/ledger+50514d2f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert WITNESS_KEY.vkey == "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    assert (
        parse_vkey(LOG_KEY.vkey) == LOG_KEY == NoteKey.of(ORIGIN, PUBLIC) == NoteKey.of(ORIGIN, LOG.verifying)
    )
    assert parse_vkey(WITNESS_KEY.vkey) == WITNESS_KEY


def test_a_colliding_key_id_lets_nobody_sign_for_another():
    """An id is no hash: the twin's line counts as the known key's, and fails. To know both is a mistake."""
    known, twin = (NoteKey.of(ORIGIN, key.verifying) for key in TWINS)
    assert known.key_id == twin.key_id == bytes.fromhex("ec8381c3")
    forged = Note(BODY, (sign_note(BODY, ORIGIN, TWINS[1]),))
    assert verify_note(forged, [twin]) == (twin,)
    assert isinstance(verify_note(forged, [known]), NoteFault)
    assert isinstance(verify_note(forged, [known, twin]), NoteFault)
    assert isinstance(verify_note(NOTE, [known, twin, LOG_KEY]), NoteFault)
    assert verify_note(NOTE, [LOG_KEY, LOG_KEY]) == (LOG_KEY,)


def test_a_key_of_one_kind_does_not_verify_the_signature_of_the_other():
    """The log's key taken for a witness's has another id; even with the line forced upon it, no."""
    log_line, witness_line = NOTE.signatures
    as_witness = NoteKey.of(ORIGIN, LOG.verifying, COSIGNATURE_V1)
    assert as_witness.key_id != LOG_KEY.key_id
    assert not as_witness.verify(log_line.signature, BODY)
    assert not as_witness.verify(bytes(8) + log_line.signature, BODY)
    assert not LOG_KEY.verify(witness_line.signature, BODY)
    assert not LOG_KEY.verify(witness_line.signature[8:], BODY)


@given(any_name, st.binary(min_size=32, max_size=32), st.sampled_from([ED25519, COSIGNATURE_V1]))
def test_a_verifier_key_comes_back_as_it_was(name: str, seed: bytes, algorithm: int):
    """parse ∘ vkey = id."""
    key = NoteKey.of(name, SigningKey.from_seed(seed).verifying, algorithm)
    assert parse_vkey(key.vkey) == key


@given(st.one_of(st.text(max_size=90), damaged(C2SP_VKEY.encode()).map(as_text)))
@example(C2SP_VKEY)
@example(C2SP_VKEY + "\n")
@example("\udcff+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
def test_a_verifier_key_that_is_read_is_what_would_be_written(text: str):
    """vkey ∘ parse = id, and no damaged key passes: its id is a hash of all of it."""
    key = parse_vkey(text)
    assert isinstance(key, NoteFault) or key.vkey == text == C2SP_VKEY


@pytest.mark.parametrize(
    "vkey",
    [
        LOG_KEY.vkey.upper(),
        LOG_KEY.vkey.replace("50514d2f", "50514D2F"),
        LOG_KEY.vkey.replace("50514d2f", "50514d2e"),
        LOG_KEY.vkey.replace("50514d2f", "050514d2f"),
        LOG_KEY.vkey.replace("bloc.example", "bloc.example2"),
        LOG_KEY.vkey.replace("+50514d2f", ""),
        f" {LOG_KEY.vkey}",
        f"{LOG_KEY.vkey} ",
        vkey_of("", b"\x01" + PUBLIC),
        vkey_of("a log", b"\x01" + PUBLIC),
        vkey_of("a\u3000log", b"\x01" + PUBLIC),
        vkey_of("a\tlog", b"\x01" + PUBLIC),
        vkey_of("a+log", b"\x01" + PUBLIC),
        vkey_of("n" * 256, b"\x01" + PUBLIC),
        vkey_of(ORIGIN, PUBLIC),
        vkey_of(ORIGIN, b"\x01"),
        vkey_of(ORIGIN, b"\x01" + PUBLIC[:-1]),
        vkey_of(ORIGIN, b"\x01" + PUBLIC + b"\x00"),
        *(vkey_of(ORIGIN, bytes((algorithm,)) + PUBLIC) for algorithm in (0, 2, 3, 5, 6, 255)),
        vkey_of(ORIGIN, b"\x01" + bytes(32)),
        vkey_of(ORIGIN, b"\x04\x01" + bytes(31)),
        *(f"{ORIGIN}+50514d2f+{text}" for text in other_spellings(LOG_KEY.vkey.rpartition("+")[2])),
    ],
)
def test_what_is_no_verifier_key_is_refused(vkey: str):
    """Wrong id, type, length or spelling, no name, a point of small order: each a fault, none raised."""
    assert isinstance(parse_vkey(vkey), NoteFault)


def test_a_name_or_key_that_cannot_be_one_raises_when_it_is_ours():
    """What the program itself names comes from its settings, which are checked before."""
    assert NoteKey.of("n" * 255, PUBLIC).name == "n" * 255
    for name in ("", "a log", "a+log", "a\nlog", "n" * 256, "\ud800"):
        with pytest.raises(ValueError, match="cannot be the name of a key"):
            NoteKey.of(name, PUBLIC)
    with pytest.raises(ValueError, match="signature type 2"):
        NoteKey.of(ORIGIN, PUBLIC, 2)
    with pytest.raises(KeyFault, match="small order"):
        NoteKey.of(ORIGIN, bytes(32))
    with pytest.raises(KeyFault, match="32 bytes"):
        NoteKey.of(ORIGIN, PUBLIC[:-1])
