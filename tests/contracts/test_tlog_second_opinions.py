"""Second opinions: two implementations that nobody here wrote, pymerkle and tlog-scales, see the same tree.

Both are young, so they are opinions and not truths; where they agree with the known answers, with the definition
in naive_tree and with us, a mistake would have to be made three times. What they say is compared in this process;
the ledger and the witness meet such programs over HTTP elsewhere.
"""

import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, MerkleProof
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import PlainEd25519Signer, Vkey
from tlog_scales.tiles import tile_path
from tlog_scales.tlog import Checkpoint as TheirCheckpoint
from tlog_scales.tlog import (
    ConsistencyProof,
    ConsistencyProofInvalid,
    InclusionProof,
    InclusionProofInvalid,
)
from tlog_scales.writer import TilesWriter

from contracts.tlog.checkpoints import Checkpoint, parse_signed_checkpoint
from contracts.tlog.notes import Note, NoteFault, sign_note, verify_note
from contracts.tlog.policy import Accepted, Policy, PolicyLog
from contracts.tlog.proof_files import ProofFile, parse_proof_file, verify_proof_file
from contracts.tlog.proofs import verify_consistency, verify_inclusion
from contracts.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileFault,
    bundles_of,
    decode_bundle,
    decode_hashes,
    encode_bundle,
    tiles_of,
)
from contracts.tlog.tree import Frontier, leaf_hash
from tests.contracts.naive_tree import RFC_6962_LEAVES, NaiveTree
from tests.contracts.signed_texts import BODY, COSIGNED_AT, LOG, LOG_KEY, ORIGIN, RAW_NOTE, WITNESS_KEY

SECONDS_MAX = 60
LARGE = [b"event %d" % number for number in range(70_000)]
FIRST_300 = NaiveTree(LARGE[:300])


class PymerkleTree(Protocol):
    """What is used of pymerkle, which has no types; it counts leaves from 1."""

    def append_entry(self, data: bytes) -> object: ...
    def append_entries(self, entries: list[bytes]) -> object: ...
    def get_root(self, size: int | None = None) -> bytes: ...
    def prove_inclusion(self, index: int, size: int) -> MerkleProof: ...


def pymerkle_tree() -> PymerkleTree:
    return cast("PymerkleTree", InmemoryTree(algorithm="sha256"))


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """Code of strangers may never end; that is a failure too."""

    def too_late(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"no opinion after {SECONDS_MAX} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(SECONDS_MAX)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def write_log(folder: Path, entries: list[bytes]) -> None:
    """Lay a log out as the files of C2SP tlog-tiles, by nothing but this package."""
    leaves = [leaf_hash(entry) for entry in entries]
    rows = [leaves]
    while len(rows[-1]) >= TILE_WIDTH:
        row = rows[-1]
        starts = range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)
        rows.append([Frontier().append(row[at : at + TILE_WIDTH]).root() for at in starts])
    for tile in (*tiles_of(len(entries)), *bundles_of(len(entries))):
        start = tile.index * TILE_WIDTH
        held = slice(start, start + tile.width)
        raw = encode_bundle(entries[held]) if tile.level == ENTRIES else b"".join(rows[tile.level][held])
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    body = Checkpoint(ORIGIN, len(entries), Frontier().append(leaves).root()).body
    (folder / "checkpoint").write_bytes(Note(body, (sign_note(body, ORIGIN, LOG),)).encode())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The large log of KAT-5 as files."""
    folder = tmp_path_factory.mktemp("large")
    write_log(folder, LARGE)
    return folder


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 600 entries that tlog-scales wrote and signed, in two commits."""
    folder = tmp_path_factory.mktemp("theirs") / "log"
    writer = TilesWriter.create(folder, ORIGIN)
    for entries in (LARGE[:250], LARGE[250:600]):
        for entry in entries:
            writer.add_leaf(entry)
        writer.commit([PlainEd25519Signer(ORIGIN, bytes(range(32)))])
    return folder


def test_pymerkle_finds_the_same_root_at_every_size_up_to_300():
    """And the same path from every leaf to the root, of which its own form begins with the leaf."""
    tree, naive = pymerkle_tree(), FIRST_300
    frontier = Frontier()
    for size in range(1, 301):
        tree.append_entry(LARGE[size - 1])
        frontier = frontier.append([leaf_hash(LARGE[size - 1])])
        assert tree.get_root() == frontier.root() == naive.root(size)
    for index in range(300):
        assert tree.prove_inclusion(index + 1, 300).path == [
            leaf_hash(LARGE[index]),
            *naive.inclusion(index, 300),
        ]


def test_pymerkle_finds_the_known_roots():
    """KAT-1 and KAT-5."""
    small, large = pymerkle_tree(), pymerkle_tree()
    small.append_entries(RFC_6962_LEAVES)
    assert small.get_root() == bytes.fromhex(
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )
    large.append_entries(LARGE)
    assert large.get_root(1_000) == b64decode("zzutuPVe00TYre4V0ypbVRktq+Kiw9Chfh5LGuaOApE=")
    assert large.get_root(70_000) == b64decode("B6rPSxNrAZk0gbEpB9Svpy2XvHzHmxx8SR3/TgZuFTA=")


def test_tlog_scales_reads_the_large_log_that_we_wrote(large: Path):
    """KAT-5: checkpoint, root, 15 hashes from 1,000 to 70,000, entries and their proofs, from files alone."""
    reader = TilesReader(LocalBackend(large))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(LOG_KEY.vkey))
    assert checkpoint.root_hash == reader.calculate_root_hash()
    assert checkpoint.root_hash == b64decode("B6rPSxNrAZk0gbEpB9Svpy2XvHzHmxx8SR3/TgZuFTA=")
    old_root = b64decode("zzutuPVe00TYre4V0ypbVRktq+Kiw9Chfh5LGuaOApE=")
    proof = reader.get_consistency_proof(1_000, 70_000)
    assert len(proof.node_hashes) == 15
    assert verify_consistency(1_000, old_root, 70_000, checkpoint.root_hash, proof.node_hashes) is None
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        assert reader.get_entry(index) == LARGE[index]
        path = reader.get_inclusion_proof(index, 70_000).node_hashes
        assert verify_inclusion(leaf_hash(LARGE[index]), index, 70_000, path, checkpoint.root_hash) is None


def test_a_proof_file_of_tlog_scales_holds_here(large: Path):
    """Made by its command line from the files, read and verified here, and written again byte for byte."""
    made = subprocess.run(
        [sys.executable, "-c", "from tlog_scales.cli import main; main()", "gen-proof", str(large), "65536"],
        capture_output=True,
        check=True,
        timeout=30,
    ).stdout
    file = parse_proof_file(made)
    assert isinstance(file, ProofFile)
    assert file.encode() == made
    policy = Policy(logs=(PolicyLog(LOG_KEY),))
    accepted = verify_proof_file(file, b"event 65536", policy)
    assert isinstance(accepted, Accepted)
    assert accepted.checkpoint.size == 70_000
    assert not isinstance(verify_proof_file(file, b"event 65537", policy), Accepted)


def test_the_log_that_tlog_scales_wrote_is_read_here(theirs: Path):
    """Its checkpoint verifies, its tiles are those that a tree of 600 has, its bundles lead to its root."""
    read = parse_signed_checkpoint((theirs / "checkpoint").read_bytes())
    assert not isinstance(read, NoteFault)
    note, checkpoint = read
    assert verify_note(note, [LOG_KEY]) == (LOG_KEY,)
    entries: list[bytes] = []
    for bundle in bundles_of(checkpoint.size):
        held = decode_bundle((theirs / bundle.path).read_bytes(), bundle.width)
        assert not isinstance(held, TileFault)
        entries += held
    assert entries == LARGE[:600]
    assert Frontier().append(map(leaf_hash, entries)).root() == checkpoint.root
    naive = NaiveTree(entries)
    for tile in tiles_of(checkpoint.size):
        span = TILE_WIDTH**tile.level
        starts = range(tile.index * TILE_WIDTH * span, (tile.index * TILE_WIDTH + tile.width) * span, span)
        hashes = decode_hashes((theirs / tile.path).read_bytes(), tile.width)
        assert hashes == tuple(naive.subtree(start, start + span) for start in starts)


@given(st.integers(ENTRIES, 7), st.integers(0, 2**55 - 1), st.integers(1, 255) | st.none())
def test_tlog_scales_gives_a_tile_the_same_path(level: int, index: int, width: int | None):
    """Full and partial tiles of every level."""
    tile = Tile(level, index, width or TILE_WIDTH)
    assert "/".join(tile_path(level, index, width or 0)) == tile.path


@given(st.data())
def test_tlog_scales_accepts_the_proofs_that_we_accept(data: st.DataObject):
    """True proofs and proofs with one hash replaced, left out or added: the two verdicts are one."""
    naive = FIRST_300
    size = data.draw(st.integers(1, 300), label="size")
    index = data.draw(st.integers(0, size - 1), label="index")
    spoil = data.draw(st.sampled_from(["nothing", "flip", "cut", "add"]), label="spoil")

    def spoiled(proof: list[bytes]) -> list[bytes]:
        match spoil:
            case "flip" if proof:
                at = data.draw(st.integers(0, len(proof) - 1), label="at")
                return [*proof[:at], bytes(32), *proof[at + 1 :]]
            case "cut":
                return proof[:-1]
            case "add":
                return [*proof, bytes(32)]
            case _:
                return proof

    leaf, root, old_root = leaf_hash(LARGE[index]), naive.root(size), naive.root(index)
    path, growth = spoiled(naive.inclusion(index, size)), spoiled(naive.consistency(index, size))
    try:
        InclusionProof(index, size, path).check(leaf, root)
        included = True
    except InclusionProofInvalid:
        included = False
    assert included == (verify_inclusion(leaf, index, size, path, root) is None)
    try:
        ConsistencyProof(index, size, growth).check(old_root, root)
        consistent = True
    except ConsistencyProofInvalid:
        consistent = False
    assert consistent == (verify_consistency(index, old_root, size, root, growth) is None)


def test_tlog_scales_verifies_the_known_note():
    """KAT-4: the log's signature and the witness's cosignature, with keys from our verifier keys; and no other body."""
    checkpoint = TheirCheckpoint.from_text(RAW_NOTE.decode())
    assert checkpoint.serialize().encode() == RAW_NOTE
    assert checkpoint.serialize_body().encode() == BODY
    for ours in (LOG_KEY, WITNESS_KEY):
        vkey = Vkey.from_string(ours.vkey)
        assert vkey.serialize() == ours.vkey
        checkpoint.verify(vkey)
        with pytest.raises(InvalidSignature):
            TheirCheckpoint(ORIGIN, 9, checkpoint.root_hash, checkpoint.signatures).verify(vkey)
    assert int.from_bytes(checkpoint.signatures[1].payload[:8], "big") == COSIGNED_AT
