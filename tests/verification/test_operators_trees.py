"""Tiles, bundles and checkpoints that contradict the entries, each other, or what the auditor kept.

Here the operator rewrites what authors never signed (times, whole drafts at the end), in full and without a seam. Then
only somebody who remembers can tell: an older checkpoint says that, an own copy says where.
"""

import pytest

from contracts.entry import split_entry
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, sign_note
from contracts.tlog.tiles import Tile
from contracts.verification.fault import Fault
from contracts.verification.report import Report
from tests.ledger.drafting import CUSTOMS, LEDGER, ORIGIN, key_of
from tests.verification.bundles import LEDGER_2, rotated, story
from tests.verification.checking import policy, verified
from tests.verification.forging import restamped, with_entry
from tests.verification.published import checkpoint_of, files_of, policy_text, root_of
from tests.verification.test_verifying_records import long_record

ENTRIES, TOLD = story()
FILES = files_of(ENTRIES)
LONG = long_record()
LAST = TOLD["decided anew"]
BUNDLE = Tile(-1, 0, len(ENTRIES)).path
LEAVES = Tile(0, 0, len(ENTRIES)).path


def fault_of(report: Report) -> Fault:
    assert report.fault is not None, report
    assert report.status == 1
    return report.fault


def rewritten() -> list[bytes]:
    """The last draft happened an hour later: every stamp, leaf and root fits, and no author signed a time."""
    late = "2026-07-01T04:30:06.000000Z"
    return [*ENTRIES[:LAST], *(restamped(entry, recorded_at=late) for entry in ENTRIES[LAST:])]


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :]


def test_a_rewritten_time_is_found_by_an_older_checkpoint() -> None:
    """The record is in order in itself. The oldest checkpoint that is violated is named, and the good one before it."""
    kept = [("before", checkpoint_of(ENTRIES, size=LAST)), ("after", checkpoint_of(ENTRIES))]
    assert verified(files_of(rewritten())).status == 0
    fault = fault_of(verified(files_of(rewritten()), older=kept))
    assert (fault.position, fault.size, fault.field) == (None, len(ENTRIES), "after")
    assert root_of(ENTRIES).hex() in fault.reason


def test_of_several_violated_checkpoints_the_oldest_is_named() -> None:
    """Whatever the order in which they are given."""
    entries = with_entry(LONG, 150, restamped(LONG[150], recorded_at="2026-07-01T03:30:06.000001Z"))
    kept = [(f"kept-{size}", checkpoint_of(LONG, size=size)) for size in (4_400, 100, 260)]
    report = verified({"checkpoint": checkpoint_of(entries), **tiles_of_entries(entries)}, older=kept)
    # An entry that contradicts its part has a position, below the size of the checkpoint that is violated.
    assert fault_of(report).position == 150
    rest = [restamped(entry, recorded_at="2026-07-01T04:30:06.000000Z") for entry in LONG[202:]]
    fault = fault_of(verified(files_of([*LONG[:202], *rest]), older=kept))
    assert (fault.field, fault.size) == ("kept-260", 260)


def tiles_of_entries(entries: list[bytes]) -> dict[str, bytes]:
    return {path: raw for path, raw in files_of(entries).items() if path.startswith("tile/")}


@pytest.mark.parametrize("kind", ["tile/0", "tile/entries"])
def test_a_rewritten_time_is_found_in_the_auditors_own_copy(kind: str) -> None:
    """An older download, of hashes or of entries, names the very position."""
    copy = {path: raw for path, raw in FILES.items() if path.startswith(kind) or path == "checkpoint"}
    fault = fault_of(verified(files_of(rewritten()), copy=copy))
    assert fault.position == LAST
    assert "your own copy" in fault.reason


def test_a_record_that_lost_its_end_is_found() -> None:
    """The last draft is gone, with everything else in order: the checkpoint that was kept reaches beyond."""
    kept = [("kept", checkpoint_of(ENTRIES))]
    fault = fault_of(verified(files_of(ENTRIES[:LAST]), older=kept))
    assert (fault.field, fault.size) == ("kept", len(ENTRIES))
    assert "its end is missing" in fault.reason


def test_a_fault_in_the_entries_is_named_before_a_lost_end() -> None:
    """The smallest position wins."""
    entries = with_entry(ENTRIES[:LAST], 3, restamped(ENTRIES[3], version=1))
    fault = fault_of(verified(files_of(entries), older=[("kept", checkpoint_of(ENTRIES))]))
    assert fault.position == 3


def test_a_checkpoint_of_the_same_size_with_another_root_is_found() -> None:
    """Two signed trees of one size: the operator showed one to the auditor's colleague."""
    kept = checkpoint_of(rewritten())
    fault = fault_of(verified(FILES, older=[("a colleague's", kept)]))
    assert (fault.field, fault.size) == ("a colleague's", len(ENTRIES))


def test_a_leaf_that_contradicts_its_entry_is_found_at_its_position() -> None:
    """The entry was changed and the tile was not: the tile says which entry of the part it is."""
    position = TOLD["hundred"] + 41
    changed = ENTRIES[position].replace(b"12000", b"11000")
    fault = fault_of(verified(FILES | {BUNDLE: FILES[BUNDLE].replace(ENTRIES[position], changed)}))
    assert (fault.position, fault.field) == (position, LEAVES)
    assert "digest" in fault.reason


@pytest.mark.parametrize("position", [0, 41, len(ENTRIES) - 1])
def test_a_tile_with_one_flipped_bit_is_found_at_its_hash(position: int) -> None:
    """The entries and the checkpoint agree; who proves by this tile would prove nothing."""
    fault = fault_of(verified(FILES | {LEAVES: flipped(FILES[LEAVES], 32 * position + 5)}))
    assert (fault.position, fault.field) == (position, LEAVES)


def test_a_tile_of_a_higher_level_with_a_flipped_bit_is_found_with_its_range() -> None:
    """Hash 3 of level 1 stands for entries 768 to 1023."""
    path = Tile(1, 0, 20).path
    files = files_of(LONG)
    fault = fault_of(verified(files | {path: flipped(files[path], 32 * 3)}))
    assert (fault.position, fault.through, fault.field) == (768, 1023, path)


@pytest.mark.parametrize("path", [LEAVES, BUNDLE])
@pytest.mark.parametrize("length", [-1, 1, 0])
def test_a_tile_or_bundle_of_another_length_is_found(path: str, length: int) -> None:
    """Too short, too long, empty."""
    raw = FILES[path] + b"\x00" if length > 0 else FILES[path][:length]
    fault = fault_of(verified(FILES | {path: raw}))
    assert (fault.position, fault.field) == (0, path)


def test_an_entry_that_is_longer_than_its_length_is_found() -> None:
    """The length of the first entry is one too small: all behind it is read askew, or does not end with the bundle."""
    raw = FILES[BUNDLE]
    length = int.from_bytes(raw[:2], "big") - 1
    assert fault_of(verified(FILES | {BUNDLE: length.to_bytes(2, "big") + raw[2:]})).position == 0


def test_a_root_that_the_entries_do_not_have_is_found() -> None:
    """Entries and tiles agree with each other, and not with what was signed."""
    body = Checkpoint(ORIGIN, len(ENTRIES), bytes(32)).body
    signed = Note(body, (sign_note(body, ORIGIN, LEDGER),)).encode()
    fault = fault_of(verified(FILES | {"checkpoint": signed}))
    assert (fault.position, fault.size) == (None, len(ENTRIES))


def test_a_checkpoint_that_ends_within_a_draft_is_found() -> None:
    """Drafts are recorded whole, so no honest tree ends in one."""
    size = TOLD["hundred"] + 30
    files = FILES | {"checkpoint": checkpoint_of(ENTRIES, size=size)}
    files |= tiles_of_entries(list(ENTRIES[:size]))
    assert fault_of(verified(files)).position == size - 1


@pytest.mark.parametrize(
    "note",
    [
        checkpoint_of(ENTRIES, origin="other.example/ledger"),
        checkpoint_of(ENTRIES, key=CUSTOMS),
        checkpoint_of(ENTRIES, key=LEDGER_2),
        b"",
        b"bloc.example/ledger\n",
        b"\xff" * 200,
        b"\n" * 100_000,
        b"A" * 1_000_000,
    ],
)
def test_a_served_checkpoint_that_nobody_believes_is_a_fault(note: bytes) -> None:
    """Of another log, signed by another key, or no note at all."""
    report = verified(FILES | {"checkpoint": note})
    assert fault_of(report).field == "checkpoint"
    assert report.entries == 0


@pytest.mark.parametrize(
    "note",
    [
        checkpoint_of(ENTRIES, origin="other.example/ledger"),
        checkpoint_of(ENTRIES, key=key_of("a stranger")),
        b"no checkpoint",
    ],
)
def test_an_own_checkpoint_that_is_of_no_use_accuses_nobody_and_is_not_ignored(note: bytes) -> None:
    """Wrong use, status 2: it says nothing about this record, and its owner thinks that it does."""
    report = verified(FILES, older=[("kept", note)])
    assert (report.status, report.fault) == (2, None)
    assert report.misused is not None
    assert report.misused.startswith("kept cannot be used")


def test_an_old_key_of_the_log_cannot_sign_beyond_its_rotation() -> None:
    """Whoever stole the key that was given up signs a fork with it; the record itself names the new one."""
    entries, told = rotated()
    both = policy(policy_text(LEDGER, LEDGER_2))
    fork = [*entries[: told["declaration"]]]
    report = verified(files_of(fork, key=LEDGER), by=both)
    fault = fault_of(report)
    assert (fault.size, "it has not" in fault.reason) == (len(fork), True)


def test_the_witnesses_key_is_not_taken_for_the_logs() -> None:
    """A cosignature under the log's name counts for nothing."""
    body = Checkpoint(ORIGIN, len(ENTRIES), root_of(ENTRIES)).body
    witness = key_of("us.example/witness")
    lines = (sign_note(body, ORIGIN, witness), sign_note(body, "us.example/witness", witness))
    assert fault_of(verified(FILES | {"checkpoint": Note(body, lines).encode()})).field == "checkpoint"


def test_the_positions_of_a_report_are_those_of_the_stamps() -> None:
    """What is named can be asked for: GET /entries/{position}."""
    assert [split_entry(entry)[0].position for entry in ENTRIES] == list(range(len(ENTRIES)))
