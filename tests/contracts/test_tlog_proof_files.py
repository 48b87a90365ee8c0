"""The proof file that a partner keeps: its one form, and what it proves years later, offline."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.limits import PROOF_FILE_BYTES_MAX, PROOF_HASHES_MAX, TREE_SIZE_MAX
from contracts.tlog.encoding import base64
from contracts.tlog.notes import Note, NoteFault, NoteSignature
from contracts.tlog.policy import Accepted, Policy, PolicyLog, PolicyWitness
from contracts.tlog.proof_files import ProofFile, parse_proof_file, verify_proof_file
from contracts.tlog.proofs import ProofFault
from tests.contracts.naive_tree import RFC_6962_LEAVES, NaiveTree
from tests.contracts.signed_texts import (
    BODY,
    LOG_KEY,
    NOTE,
    RAW_NOTE,
    WITNESS_KEY,
    any_signed_checkpoint,
    damaged,
    each_bit,
    other_spellings,
)

TREE = NaiveTree(RFC_6962_LEAVES)
FILE = ProofFile(5, tuple(TREE.inclusion(5, 8)), RAW_NOTE)
RAW = FILE.encode()
ENTRY = RFC_6962_LEAVES[5]
HASH = base64(FILE.proof[0])
POLICY = Policy((PolicyLog(LOG_KEY),), (PolicyWitness("w1", WITNESS_KEY),), (), "w1")
HEAD = b"c2sp.org/tlog-proof@v1\n"


def test_a_proof_is_written_as_the_specification_says():
    """C2SP tlog-proof: version, extra where there is some, index, hashes from leaf to root, the checkpoint."""
    hashes = "".join(f"{base64(hashed)}\n" for hashed in FILE.proof)
    assert HEAD + f"index 5\n{hashes}\n".encode() + RAW_NOTE == RAW
    extra = ProofFile(0, (), RAW_NOTE, extra=b"memo")
    assert extra.encode() == HEAD + b"extra bWVtbw==\nindex 0\n\n" + RAW_NOTE
    assert parse_proof_file(extra.encode()) == extra


def test_a_proof_file_proves_its_entry_to_whoever_has_the_policy():
    """KAT-1 and KAT-4 together: leaf 5 of the tree of 8, under the cosigned checkpoint of that tree."""
    accepted = verify_proof_file(FILE, ENTRY, POLICY)
    assert isinstance(accepted, Accepted)
    assert (accepted.checkpoint.body, accepted.witnesses, accepted.quorum) == (BODY, ("w1",), True)


def test_every_entry_of_the_tree_has_its_proof_and_no_other_entry_has_it():
    """Each of the eight files holds for its own entry only."""
    for index, entry in enumerate(RFC_6962_LEAVES):
        file = ProofFile(index, tuple(TREE.inclusion(index, 8)), RAW_NOTE)
        for other in RFC_6962_LEAVES:
            verdict = verify_proof_file(file, other, POLICY)
            assert isinstance(verdict, Accepted if other == entry else ProofFault)


def test_a_missing_quorum_is_told_and_is_no_fault():
    """The log's signature alone: accepted, with quorum false. Without the log's: refused."""
    log_line, witness_line = NOTE.signatures
    accepted = verify_proof_file(ProofFile(5, FILE.proof, Note(BODY, (log_line,)).encode()), ENTRY, POLICY)
    assert isinstance(accepted, Accepted)
    assert (accepted.witnesses, accepted.quorum) == ((), False)
    witness_only = ProofFile(5, FILE.proof, Note(BODY, (witness_line,)).encode())
    assert isinstance(verify_proof_file(witness_only, ENTRY, POLICY), NoteFault)
    forged = NOTE.with_lines([]).signatures[0]
    spoiled = Note(BODY, (NoteSignature(forged.name, forged.key_id, bytes(64)), witness_line))
    assert isinstance(verify_proof_file(ProofFile(5, FILE.proof, spoiled.encode()), ENTRY, POLICY), NoteFault)


def test_every_flipped_bit_of_a_proof_file_is_noticed():
    """Wherever the bit is: no form, no root, no signature, or a signature less. Never the same verdict."""

    def refuse(spoiled: bytes) -> None:
        file = parse_proof_file(spoiled)
        if isinstance(file, ProofFile):
            verdict = verify_proof_file(file, ENTRY, POLICY)
            assert not (isinstance(verdict, Accepted) and verdict.quorum)

    each_bit(RAW, refuse)


@given(
    st.integers(0, TREE_SIZE_MAX - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=PROOF_HASHES_MAX).map(tuple),
    any_signed_checkpoint,
    st.binary(max_size=100),
)
def test_a_proof_comes_back_as_it_was(index: int, proof: tuple[bytes, ...], note: bytes, extra: bytes):
    """parse ∘ encode = id."""
    file = ProofFile(index, proof, note, extra)
    assert parse_proof_file(file.encode()) == file


@given(
    st.one_of(
        damaged(RAW), damaged(HEAD + b"extra bWVtbw==\nindex 0\n\n" + RAW_NOTE), st.binary(max_size=200)
    )
)
@example(HEAD + b"\n")
def test_a_proof_that_is_read_is_what_would_be_written(raw: bytes):
    """encode ∘ parse = id; nothing raises, and what is damaged proves the entry only where `extra` was hit."""
    file = parse_proof_file(raw)
    if isinstance(file, ProofFile):
        assert file.encode() == raw
        verdict = verify_proof_file(file, ENTRY, POLICY)
        if isinstance(verdict, Accepted) and verdict.quorum:
            assert (file.index, file.proof) == (FILE.index, FILE.proof)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        RAW_NOTE,
        RAW[:-1],
        RAW.replace(b"\n", b"\r\n"),
        RAW.replace(b"@v1", b"@v2"),
        RAW.replace(b"c2sp", b"C2SP"),
        b"\xef\xbb\xbf" + RAW,
        RAW.replace(b"index 5\n", b""),
        RAW.replace(b"index 5", b"index 05"),
        RAW.replace(b"index 5", b"index -5"),
        RAW.replace(b"index 5", b"index"),
        RAW.replace(b"index 5", b"index "),
        RAW.replace(b"index 5", b"index 5 "),
        RAW.replace(b"index 5", b"Index 5"),
        RAW.replace(b"index 5", b"5"),
        RAW.replace(b"index 5", b"index 9223372036854775807"),
        RAW.replace(b"index 5", "index \u0665".encode()),
        RAW.replace(b"index 5", b"index 5\nextra bWVtbw=="),
        RAW.replace(b"index 5", b"extra bWVtbw==\nextra bWVtbw==\nindex 5"),
        *(
            RAW.replace(b"index 5", b"extra%s\nindex 5" % text)
            for text in (b"", b" ", b" bWVtbw", b" bWVtbx==", b" -_==")
        ),
        RAW.replace(b"index 5\n", b"index 5\n\n"),
        RAW.replace(b"index 5\n", b"index 5\nAAAA\n"),
        RAW.replace(b"\n\n", b"\n", 1),
        HEAD + b"index 5\n" + f"{HASH}\n".encode() * (PROOF_HASHES_MAX + 1) + b"\n" + RAW_NOTE,
        RAW + b"x" * PROOF_FILE_BYTES_MAX,
        *(RAW.replace(HASH.encode(), text.encode()) for text in other_spellings(HASH)),
    ],
)
def test_what_is_no_proof_file_is_refused(raw: bytes):
    """Other versions, numbers, hashes, line ends and orders: a fault each."""
    assert isinstance(parse_proof_file(raw), NoteFault)


@pytest.mark.parametrize(
    "file",
    [
        ProofFile(-1, (), RAW_NOTE),
        ProofFile(TREE_SIZE_MAX, (), RAW_NOTE),
        ProofFile(0, (bytes(31),), RAW_NOTE),
        ProofFile(0, (bytes(32),) * (PROOF_HASHES_MAX + 1), RAW_NOTE),
        ProofFile(0, (), BODY),
        ProofFile(0, (), RAW_NOTE, bytes(PROOF_FILE_BYTES_MAX)),
    ],
)
def test_a_proof_that_could_not_be_read_again_is_not_written(file: ProofFile):
    """Such a proof comes from a mistake of the program."""
    with pytest.raises(ValueError, match="proof"):
        file.encode()
