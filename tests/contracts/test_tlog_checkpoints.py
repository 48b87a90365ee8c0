"""Checkpoints and cosignatures: the known ones, the strict form, and openssl's opinion of one signature."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.limits import COSIGNATURE_SECONDS_MAX, NOTE_BYTES_MAX, TREE_SIZE_MAX
from contracts.tlog.checkpoints import Checkpoint, cosign, cosignature_time, parse_checkpoint
from contracts.tlog.notes import (
    COSIGNATURE_V1,
    Note,
    NoteFault,
    NoteKey,
    NoteSignature,
    cosignature_message,
    sign_note,
    verify_note,
)
from contracts.tlog.tree import EMPTY_ROOT
from tests.contracts.signed_texts import (
    BODY,
    COSIGNED_AT,
    LOG,
    LOG_KEY,
    LOG_LINE,
    NOTE,
    ORIGIN,
    RAW_NOTE,
    WITNESS,
    WITNESS_KEY,
    WITNESS_LINE,
    WITNESS_NAME,
    any_checkpoint,
    damaged,
    other_spellings,
)

ROOT_OF_8 = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")


def test_the_known_checkpoint_is_written_and_signed_as_known():
    """KAT-4: body, the log's line and the witness's line at 1767225600, byte for byte."""
    assert Checkpoint(ORIGIN, 8, ROOT_OF_8).body == BODY
    assert parse_checkpoint(BODY) == Checkpoint(ORIGIN, 8, ROOT_OF_8)
    assert sign_note(BODY, ORIGIN, LOG).line == LOG_LINE
    assert cosign(BODY, WITNESS_NAME, WITNESS, COSIGNED_AT).line == WITNESS_LINE
    assert BODY + f"\n{LOG_LINE}\n{WITNESS_LINE}\n".encode() == RAW_NOTE
    assert verify_note(NOTE, [LOG_KEY, WITNESS_KEY]) == (LOG_KEY, WITNESS_KEY)
    assert cosignature_time(NOTE.signatures[1]) == COSIGNED_AT


def test_openssl_verifies_the_signature_of_a_checkpoint(tmp_path: Path):
    """What docs tell an auditor who trusts no software of ours: body, key and signature in three files."""
    public = Ed25519PublicKey.from_public_bytes(LOG.verifying.public)
    key, body, signature = tmp_path / "log.pem", tmp_path / "body", tmp_path / "signature"
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    body.write_bytes(NOTE.body)
    signature.write_bytes(NOTE.signatures[0].signature)
    command = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        key,
        "-rawin",
        "-in",
        body,
        "-sigfile",
        signature,
    ]
    assert subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0
    body.write_bytes(NOTE.body.replace(b"\n8\n", b"\n9\n"))
    assert subprocess.run(command, capture_output=True, check=False, timeout=20).returncode != 0
    body.write_bytes(cosignature_message(NOTE.body, COSIGNED_AT))
    signature.write_bytes(NOTE.signatures[1].signature[8:])
    public = Ed25519PublicKey.from_public_bytes(WITNESS.verifying.public)
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0


@given(any_checkpoint)
def test_a_checkpoint_comes_back_as_it_was(checkpoint: Checkpoint):
    """parse ∘ body = id; clients must not assume more of an origin than that it is a line (C2SP)."""
    assert parse_checkpoint(checkpoint.body) == checkpoint


@given(st.one_of(damaged(BODY), st.binary(max_size=120)))
@example(BODY + b"extension\n")
def test_a_checkpoint_that_is_read_is_what_would_be_written(raw: bytes):
    """body ∘ parse = id, and nothing raises."""
    checkpoint = parse_checkpoint(raw)
    if isinstance(checkpoint, Checkpoint):
        assert checkpoint.body == raw


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n\n",
        BODY[:-1],
        BODY + b"\n",
        BODY + b"extension\n",
        BODY.replace(b"\n", b"\r\n"),
        BODY.replace(b"\n8\n", b"\n08\n"),
        BODY.replace(b"\n8\n", b"\n-8\n"),
        BODY.replace(b"\n8\n", b"\n8 \n"),
        BODY.replace(b"\n8\n", b"\n\n"),
        BODY.replace(b"\n8\n", b"\n9223372036854775808\n"),
        BODY.replace(b"\n8\n", "\n٨\n".encode()),
        BODY.replace(b"bloc.example/ledger", b""),
        BODY.replace(b"ledger", b"\xff"),
        BODY.replace(b"ledger", b"led\x00ger"),
        BODY.replace(b"Xcna", b""),
        b"x" * NOTE_BYTES_MAX + BODY,
        *(
            b"bloc.example/ledger\n8\n%s\n" % text.encode()
            for text in other_spellings(BODY.decode().split("\n")[2])
        ),
    ],
)
def test_what_is_no_checkpoint_is_refused(body: bytes):
    """Extension lines, other spellings of number and root, an empty origin, foreign line ends."""
    assert isinstance(parse_checkpoint(body), NoteFault)


def test_the_empty_tree_and_the_largest_have_checkpoints():
    """Sizes 0 and 2**63 - 1. Whether a root fits its size is for a proof to say."""
    for size, root in ((0, EMPTY_ROOT), (0, ROOT_OF_8), (TREE_SIZE_MAX, ROOT_OF_8)):
        checkpoint = Checkpoint(ORIGIN, size, root)
        assert parse_checkpoint(checkpoint.body) == checkpoint


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 8, ROOT_OF_8),
        ("two\nlines", 8, ROOT_OF_8),
        ("\ud800", 8, ROOT_OF_8),
        (ORIGIN, -1, ROOT_OF_8),
        (ORIGIN, TREE_SIZE_MAX + 1, ROOT_OF_8),
        (ORIGIN, 8, ROOT_OF_8[:-1]),
    ],
)
def test_a_checkpoint_that_could_not_be_written_cannot_be_made(origin: str, size: int, root: bytes):
    """Such values come from a mistake of the program."""
    with pytest.raises(ValueError, match=r"origin|no tree"):
        Checkpoint(origin, size, root)


@given(any_checkpoint, st.integers(1, COSIGNATURE_SECONDS_MAX))
def test_a_cosignature_says_its_time_and_no_other(checkpoint: Checkpoint, at_seconds: int):
    """The time is signed with the body: changed by one second, the cosignature is void."""
    signature = cosign(checkpoint.body, WITNESS_NAME, WITNESS, at_seconds)
    assert cosignature_time(signature) == at_seconds
    assert verify_note(Note(checkpoint.body, (signature,)), [WITNESS_KEY]) == (WITNESS_KEY,)
    moved = NoteSignature(
        WITNESS_NAME,
        WITNESS_KEY.key_id,
        (at_seconds ^ 1).to_bytes(8, "big") + signature.signature[8:],
    )
    assert isinstance(verify_note(Note(checkpoint.body, (moved,)), [WITNESS_KEY]), NoteFault)


def test_a_cosignature_beyond_the_end_of_time_is_void():
    """A time above 2**63 - 1 is refused by C2SP tlog-cosignature, even when the signature fits."""
    at_seconds = COSIGNATURE_SECONDS_MAX + 1
    signed = WITNESS.sign(cosignature_message(BODY, at_seconds))
    line = NoteSignature(WITNESS_NAME, WITNESS_KEY.key_id, at_seconds.to_bytes(8, "big") + signed)
    assert isinstance(verify_note(Note(BODY, (line,)), [WITNESS_KEY]), NoteFault)


def test_a_witness_cosigns_checkpoints_only():
    """Anything else would make its key sign what nobody checked; a time outside the range raises as well."""
    for body in (b"This is an example message.\n", BODY + b"extension\n", BODY[:-1]):
        with pytest.raises(ValueError, match="only checkpoints"):
            cosign(body, WITNESS_NAME, WITNESS, COSIGNED_AT)
    for at_seconds in (0, -1, COSIGNATURE_SECONDS_MAX + 1):
        with pytest.raises(ValueError, match="cannot be made at"):
            cosign(BODY, WITNESS_NAME, WITNESS, at_seconds)


def test_the_message_of_a_cosignature_is_never_a_checkpoint():
    """So a key that signs checkpoints cannot be made to cosign: its second line is no number."""
    message = cosignature_message(BODY, COSIGNED_AT)
    assert message.startswith(b"cosignature/v1\ntime 1767225600\nbloc.example/ledger\n8\n")
    assert isinstance(parse_checkpoint(message), NoteFault)
    as_log = NoteKey.of(WITNESS_NAME, WITNESS.verifying)
    line = NoteSignature(WITNESS_NAME, as_log.key_id, NOTE.signatures[1].signature[8:])
    assert isinstance(verify_note(Note(BODY, (line,)), [as_log]), NoteFault)
    assert NoteKey.of(ORIGIN, LOG.verifying, COSIGNATURE_V1).key_id != LOG_KEY.key_id
