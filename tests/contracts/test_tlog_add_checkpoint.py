"""The request to a witness: its one form, and that nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.limits import ADD_CHECKPOINT_BYTES_MAX, NOTE_BYTES_MAX, PROOF_HASHES_MAX, TREE_SIZE_MAX
from contracts.tlog.add_checkpoint import AddCheckpoint, parse_add_checkpoint
from contracts.tlog.encoding import base64
from contracts.tlog.notes import Note, NoteFault, NoteSignature
from tests.contracts.naive_tree import RFC_6962_LEAVES, NaiveTree
from tests.contracts.signed_texts import BODY, NOTE, RAW_NOTE, any_signed_checkpoint, damaged, other_spellings

REQUEST = AddCheckpoint(3, tuple(NaiveTree(RFC_6962_LEAVES).consistency(3, 8)), RAW_NOTE)
HASH = base64(REQUEST.proof[0])

hashes = st.binary(min_size=32, max_size=32)


def test_a_request_is_written_as_the_specification_says():
    """C2SP tlog-witness: old size, one hash a line, an empty line, the note as it was signed."""
    proof = "".join(f"{base64(hashed)}\n" for hashed in REQUEST.proof)
    assert REQUEST.encode() == f"old 3\n{proof}\n".encode() + RAW_NOTE
    assert AddCheckpoint(0, (), RAW_NOTE).encode() == b"old 0\n\n" + RAW_NOTE


@given(
    st.integers(0, TREE_SIZE_MAX),
    st.lists(hashes, max_size=PROOF_HASHES_MAX).map(tuple),
    any_signed_checkpoint,
)
def test_a_request_comes_back_as_it_was(old_size: int, proof: tuple[bytes, ...], note: bytes):
    """parse ∘ encode = id."""
    request = AddCheckpoint(old_size, proof, note)
    assert parse_add_checkpoint(request.encode()) == request


@given(st.one_of(damaged(REQUEST.encode()), damaged(b"old 0\n\n" + RAW_NOTE), st.binary(max_size=200)))
def test_a_request_that_is_read_is_what_would_be_written(raw: bytes):
    """encode ∘ parse = id, and nothing raises."""
    request = parse_add_checkpoint(raw)
    if isinstance(request, AddCheckpoint):
        assert request.encode() == raw


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        RAW_NOTE,
        b"\n" + RAW_NOTE,
        b"old 3\n" + RAW_NOTE,
        b"old 3\n\n",
        b"old 3\n\n" + RAW_NOTE[:-1],
        b"old 3\n\n\n" + RAW_NOTE,
        b"old 3\n\n" + RAW_NOTE.replace(BODY, b"no checkpoint\n"),
        b"old 03\n\n" + RAW_NOTE,
        b"old -3\n\n" + RAW_NOTE,
        b"old  3\n\n" + RAW_NOTE,
        b"old 3 \n\n" + RAW_NOTE,
        b"old\n\n" + RAW_NOTE,
        b"old \n\n" + RAW_NOTE,
        b"Old 3\n\n" + RAW_NOTE,
        b"3\n\n" + RAW_NOTE,
        b"old 9223372036854775808\n\n" + RAW_NOTE,
        "old \u0663\n\n".encode() + RAW_NOTE,
        b"old 3\r\n\r\n" + RAW_NOTE,
        b"old 3\nold 3\n\n" + RAW_NOTE,
        b"old 3\n" + b"AAAA\n" + b"\n" + RAW_NOTE,
        f"old 3\n {HASH}\n\n".encode() + RAW_NOTE,
        f"old 3\n{HASH}\n".encode() * 2 + b"\n" + RAW_NOTE,
        b"old 3\n" + f"{HASH}\n".encode() * (PROOF_HASHES_MAX + 1) + b"\n" + RAW_NOTE,
        b"old 3\n\n" + b"x" * ADD_CHECKPOINT_BYTES_MAX + b"\n" + RAW_NOTE,
        *(f"old 3\n{text}\n\n".encode() + RAW_NOTE for text in other_spellings(HASH)),
    ],
)
def test_what_is_no_request_is_refused(raw: bytes):
    """Other numbers, hashes, line ends; 64 hashes; no note: a fault each, for the witness to answer 400."""
    assert isinstance(parse_add_checkpoint(raw), NoteFault)


def test_the_largest_request_fits_its_limit():
    """The largest size, 63 hashes and the largest note together are below what a witness reads."""
    log_line, witness_line = NOTE.signatures
    spare = NOTE_BYTES_MAX - len(RAW_NOTE)
    name = "w" * (spare - len("—  AAAAAAA=\n".encode()))
    note = Note(BODY, (log_line, witness_line, NoteSignature(name, bytes(4), bytes(1)))).encode()
    request = AddCheckpoint(TREE_SIZE_MAX, (bytes(32),) * PROOF_HASHES_MAX, note)
    assert len(note) == NOTE_BYTES_MAX
    assert parse_add_checkpoint(request.encode()) == request


@pytest.mark.parametrize(
    "request_",
    [
        AddCheckpoint(-1, (), RAW_NOTE),
        AddCheckpoint(TREE_SIZE_MAX + 1, (), RAW_NOTE),
        AddCheckpoint(3, (bytes(31),), RAW_NOTE),
        AddCheckpoint(3, (bytes(32),) * (PROOF_HASHES_MAX + 1), RAW_NOTE),
        AddCheckpoint(3, (), RAW_NOTE[:-1]),
    ],
)
def test_a_request_that_no_witness_could_read_is_not_written(request_: AddCheckpoint):
    """Such a request comes from a mistake of the program."""
    with pytest.raises(ValueError, match="no request to a witness"):
        request_.encode()
