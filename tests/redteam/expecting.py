"""What must be found of an edit, worked out from what was done and by whom, and never from what the verifier says.

Three things can betray an edit. The entries contradict themselves at a place that the edit knows (`evident`). A tile
that was left as it was contradicts the entry at the first changed position. A checkpoint that was left as it was, or
that the auditor kept, has another root than the entries below its size, or reaches beyond them. The smallest position
wins; a checkpoint stands behind all entries that it covers.
"""

from msgspec import Struct
from msgspec.structs import replace

from contracts.entry import CorruptEntry, split_entry
from contracts.tlog.tiles import TILE_WIDTH
from contracts.verification.report import FAULTY, INCOMPLETE, NO_QUORUM, VERIFIED, Report
from tests.redteam.auditing import Bench
from tests.redteam.rewriting import Operator
from tests.redteam.scene import Edit

KEPT, SERVED = "kept", "checkpoint"


class Expected(Struct, frozen=True):
    """What the auditor's report must say: one of `positions`, or the size of a checkpoint in `sizes` (by its name), or
    that something is not there (`incomplete`), or nothing at all. `quorum`: of the served checkpoint."""

    quorum: bool
    positions: tuple[range, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    incomplete: bool = False

    @property
    def found(self) -> bool:
        """Whether this auditor can find anything."""
        return bool(self.positions or self.sizes or self.incomplete)


def expect(edit: Edit, operator: Operator, bench: Bench, size: int, *, receipt: bool = False) -> Expected:
    """What is to be found where the checkpoint of `size` is shown; `receipt`: also by who has one of the newest."""
    forged = operator in (Operator.SIGNS, Operator.COLLUDES)
    quorum = operator is Operator.COLLUDES or (not forged and size == bench.cosigned)
    checkpoints = (
        [(KEPT, bench.kept)] + [("receipt", bench.signed)] * receipt + [(SERVED, size)] * (not forged)
    )
    violated = [(name, at) for name, at in checkpoints if edit.first < at]
    places = [*_torn(edit, size), *_left(edit, operator, size)]
    if len(edit.entries) < size:
        # The rest is not there to be served: what lies in whole bundles before it is judged all the same.
        reach = len(edit.entries) // TILE_WIDTH * TILE_WIDTH
        places = [one for one in places if one.stop <= reach]
        violated = [(name, at) for name, at in violated if at <= reach]
        return replace(_smallest(quorum, places, violated), incomplete=not places and not violated)
    return _smallest(quorum, places, violated)


def _left(edit: Edit, operator: Operator, size: int) -> list[range]:
    """The leaf hash of the first changed entry, where hashes were left as they were."""
    left = operator is Operator.EDITS and edit.first < min(size, len(edit.entries))
    return [range(edit.first, edit.first + 1)] if left else []


def _torn(edit: Edit, size: int) -> list[range]:
    """Where the entries below `size` contradict themselves. With more entries than that the shown checkpoint may now
    end within a draft: then nothing of that draft can be judged but that it has no end."""
    evident = [edit.evident] if edit.evident is not None and edit.evident.start < size else []
    begins = size
    while begins < len(edit.entries) and not _begins_draft(edit.entries[begins]):
        begins -= 1
    if begins in (size, len(edit.entries)):
        return evident
    return [range(one.start, size) if one.start >= begins else one for one in evident] + [
        range(size - 1, size)
    ]


def _begins_draft(entry: bytes) -> bool:
    try:
        stamp, _ = split_entry(entry)
    except CorruptEntry:
        return True
    return stamp.line == stamp.part_no == 0


def _smallest(quorum: bool, places: list[range], violated: list[tuple[str, int]]) -> Expected:
    """Of places and checkpoints, those that may come first: a place is one of several positions."""
    surely = min([one.stop - 1 for one in places] + [size for _, size in violated], default=None)
    if surely is None:
        return Expected(quorum)
    positions = tuple(range(one.start, min(one.stop, surely + 1)) for one in places if one.start <= surely)
    sizes = tuple((name, size) for name, size in violated if size <= surely)
    return Expected(quorum, positions, sizes)


def complaint(expected: Expected, report: Report) -> str | None:
    """What is wrong with a report, None when it says what it must."""
    fault = report.fault
    if report.quorum is not expected.quorum and report.quorum is not None:
        return f"the quorum is said to be {report.quorum}"
    if not expected.found:
        honest = VERIFIED if expected.quorum else NO_QUORUM
        return None if report.status == honest else "something is found where nothing is to be found"
    if fault is None:
        return None if expected.incomplete and report.status == INCOMPLETE else "nothing is found"
    if report.status != FAULTY:
        return f"a fault, and the status {report.status}"
    if fault.position is None:
        return (
            None if (_name_of(fault.field), fault.size) in expected.sizes else "another checkpoint is named"
        )
    named = any(fault.position in places for places in expected.positions)
    return None if named else "another position is named"


def _name_of(field: str) -> str:
    """A checkpoint that is served is named by its file."""
    return field.rpartition("/")[2]
