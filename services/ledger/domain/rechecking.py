"""Recomputing what was recorded from the bytes of the entries alone, and naming the first thing that differs.

Before the log signs a tree it reads the committed rows back and holds every column, every seal and every node
against what follows from the entry bytes. A column that says something else than its entry would be served to
readers who filter by it; a leaf that does not fit would be signed away for ever. What this catches is a fault of
ours, of the database, or of whoever edited it between the commit and the signature; later edits are for auditors to
find, by the signature.

This runs beside the writer at its full speed, so the common case costs little: the stamp must begin with exactly
the text that the columns give, and the event with exactly the members that our own services write first. Only an
entry that does not is taken apart.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct, json

from contracts.admissions import ADMISSION_FIRST
from contracts.entry import CorruptEntry, encode_stamp, split_entry
from contracts.envelope import SOURCE_PREFIX
from contracts.identity.keyring import KEY_EVENTS
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.tree import Frontier, leaf_hash
from services.ledger.domain.admitted_by import AdmittedBy
from services.ledger.domain.growing import NodeRow, grow
from services.ledger.domain.seal import EntryRow, Seal

_EVENT_BEGINS = b'\n{"specversion":"1.0","id":"'
_SOURCE_AT = len(_EVENT_BEGINS) + 36
"""Where what follows the id of an event begins, a UUID of 36 characters: for members in this order, as our own
services and `bloc post` write them. An author may choose another one."""


class Difference(Struct, frozen=True):
    """What is stored differs from what the entries say: where (`entry 17`, `seal 40`, `node 1/0`), in which
    field, and how."""

    place: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}, {self.field}: {self.reason}"


class Rechecked(Struct, frozen=True):
    """How far the record was recomputed and found right: its tree, and the last draft of its last seal."""

    frontier: Frontier = Frontier()
    sequence: int = 0
    admission: int = ADMISSION_FIRST
    """The version of the rules of admission that judges the next draft."""

    @property
    def size(self) -> int:
        """Entries recomputed."""
        return self.frontier.size


class _Envelope(Struct):
    source: str
    type: str


_DECODE_ENVELOPE = json.Decoder(_Envelope)


def begin_at(seal: Seal | None, admission: int = ADMISSION_FIRST) -> Rechecked | Difference:
    """Take up the tree at a seal, None for the empty tree; what comes next is admitted by `admission`. Only what a
    signed root is held against later proves that the seal was right."""
    if seal is None:
        return Rechecked()
    try:
        frontier = Frontier.decode(seal.frontier)
    except ValueError as error:
        return Difference(_seal(seal), "frontier", str(error))
    if frontier.size != seal.size:
        return Difference(_seal(seal), "frontier", f"it is that of {frontier.size} entries")
    if frontier.root() != seal.root:
        return Difference(_seal(seal), "root", "it is not that of its frontier")
    return Rechecked(frontier, seal.sequence, admission)


class Recheck:
    """Recomputes a stretch of the record, seal by seal. One use: `take` all its entries in order, in slices of any
    size, then ask for `result`.

    `seals` are those of the stretch, in order; `signed` is a checkpoint that lies in it, if one does: its root is
    held against the tree where the tree has its size, wherever the seals around it end.
    """

    def __init__(self, before: Rechecked, seals: Sequence[Seal], signed: Checkpoint | None) -> None:
        if not seals:
            raise ValueError("a stretch has at least one seal")
        self._at = before
        self._frontier = before.frontier
        self._seals = deque(seals)
        self._signed = signed
        self._first_draft: int | None = None
        self._admitted_by = AdmittedBy(before.admission)
        self.end = seals[-1].size
        self.nodes: list[NodeRow] = []
        """The nodes that the entries taken so far have completed."""
        self.key_events = False
        """Whether an event that changes the key ring was among them."""

    def take(self, rows: Sequence[EntryRow]) -> Difference | None:
        """Recompute the next entries of the stretch."""
        first = self._frontier.size
        leaves = check_entries(rows, first)
        if isinstance(leaves, Difference):
            return leaves
        if amiss := self._admitted_by.first_amiss(rows):
            return Difference(f"entry {amiss[0]}", "expects", amiss[1])
        self.key_events = self.key_events or any(row[4] in KEY_EVENTS for row in rows)
        start = 0
        while start < len(leaves):
            room = self._next_boundary() - self._frontier.size
            part = leaves[start : start + room]
            if self._first_draft is None:
                self._first_draft = draft_of(rows[start][7])
            self._frontier, nodes = grow(self._frontier, part)
            self.nodes += nodes
            start += len(part)
            if difference := self._at_boundary(rows[start - 1][7]):
                return difference
        return None

    def result(self) -> Rechecked | Difference:
        """The tree after all entries of the stretch; a Difference when they did not all come."""
        if self._seals:
            return Difference(
                f"entry {self._frontier.size}", "position", "no such row: the table ends before it"
            )
        return self._at

    def _next_boundary(self) -> int:
        """The size at which the tree has to be looked at next: that of the next seal, or of the checkpoint."""
        sealed, size = self._seals[0].size, self._frontier.size
        if self._signed is not None and size < self._signed.size < sealed:
            return self._signed.size
        return sealed

    def _at_boundary(self, last_entry: bytes) -> Difference | None:
        size = self._frontier.size
        if (difference := signed_otherwise(self._signed, self._frontier)) is not None:
            return difference
        seal = self._seals[0]
        if size != seal.size:
            return None
        drafts = (self._first_draft or 0, draft_of(last_entry))
        if (difference := _seal_differs(seal, self._at, self._frontier, drafts)) is not None:
            return difference
        self._seals.popleft()
        self._first_draft = None
        self._at = Rechecked(self._frontier, seal.sequence, self._admitted_by.next)
        return None


def signed_otherwise(signed: Checkpoint | None, frontier: Frontier) -> Difference | None:
    """Whether a checkpoint of the very size of this tree was signed, with another root."""
    if signed is None or signed.size != frontier.size or signed.root == frontier.root():
        return None
    return Difference(
        f"checkpoint {signed.size}",
        "root",
        f"{signed.root.hex()} was signed, the entries below {signed.size} give {frontier.root().hex()}",
    )


def check_entries(rows: Sequence[EntryRow], first: int) -> list[bytes] | Difference:
    """Give the leaf hashes of rows that should be the entries from position `first` on, recomputed from their
    bytes; or the first row and column that differ."""
    leaves: list[bytes] = []
    moment: datetime | None = None
    moment_text = ""
    middles: dict[tuple[str, str], bytes] = {}
    for position, row in enumerate(rows, first):
        found, recorded_at, stream, version, type_name, party, leaf, entry = row
        if recorded_at != moment:
            moment, moment_text = recorded_at, _moment_text(recorded_at)
        middle = middles.get((party, type_name))
        if middle is None:
            middle = f'","source":"{SOURCE_PREFIX}{party}","type":"{type_name}"'.encode()
            middles[party, type_name] = middle
        stamp = f'{{"position":{found},"recorded_at":"{moment_text}","stream":"{stream}","version":{version},"draft":"'
        cut = entry.find(b"\n")
        recomputed = leaf_hash(entry)
        leaves.append(recomputed)
        if (
            found == position
            and recomputed == leaf
            and entry.startswith(stamp.encode())
            and entry.startswith(_EVENT_BEGINS, cut)
            and entry.startswith(middle, cut + _SOURCE_AT)
            and entry.find(b"\n", cut + 1) < 0
        ):
            continue
        if (difference := _difference(row, position, moment_text)) is not None:
            return difference
    return leaves


def _seal_differs(
    seal: Seal, before: Rechecked, frontier: Frontier, drafts: tuple[int, int]
) -> Difference | None:
    """Hold a seal against the tree that the entries give; `drafts` are those of its first and its last entry."""
    first, last = drafts
    if seal.prev_size != before.size:
        found = f"it is {seal.prev_size}, the seal before it has {before.size}"
        return Difference(_seal(seal), "prev_size", found)
    if seal.root != (recomputed := frontier.root()):
        found = f"it is {seal.root.hex()}, the entries below {seal.size} give {recomputed.hex()}"
        return Difference(_seal(seal), "root", found)
    if seal.frontier != frontier.encode():
        return Difference(_seal(seal), "frontier", "it is not the one that the entries give")
    if not before.sequence < first <= last <= seal.sequence:
        found = f"it is {seal.sequence} after {before.sequence}, and its entries are of the drafts {first} to {last}"
        return Difference(_seal(seal), "sequence", found)
    return None


def check_nodes(computed: Sequence[NodeRow], stored: Mapping[tuple[int, int], bytes]) -> Difference | None:
    """Hold the stored nodes of the tree, by level and index, against those that the entries give."""
    for level, index, recomputed in computed:
        found = stored.get((level, index))
        if found != recomputed:
            reason = (
                "it is missing"
                if found is None
                else f"it is {found.hex()}, the entries give {recomputed.hex()}"
            )
            return Difference(f"node {level}/{index}", "hash", reason)
    return None


def draft_of(entry: bytes) -> int:
    """The sequence of the draft that an entry, found right, came with."""
    return int(split_entry(entry)[0].draft.rpartition(":")[2])


def _difference(row: EntryRow, position: int, moment_text: str) -> Difference | None:
    """The first column that is not what the entry says; None when all are, and only their writing was unusual."""
    found, _, stream, version, type_name, party, leaf, entry = row
    place = f"entry {position}"
    if found != position:
        said = f"the table goes on at {found}" if found > position else f"position {found} stands there again"
        return Difference(place, "position", f"no such row: {said}")
    if leaf_hash(entry) != leaf:
        return Difference(place, "leaf", f"it is {leaf.hex()}, the entry hashes to {leaf_hash(entry).hex()}")
    try:
        stamp, event = split_entry(entry)
        envelope = _DECODE_ENVELOPE.decode(event)
    except (CorruptEntry, ValueError) as error:
        return Difference(place, "entry", f"it cannot be read: {error}")
    stored = {
        "recorded_at": moment_text,
        "stream": stream,
        "version": version,
        "type": type_name,
        "party": party,
    }
    said = {
        "recorded_at": stamp.recorded_at,
        "stream": stamp.stream,
        "version": stamp.version,
        "type": envelope.type,
        "party": envelope.source.removeprefix(SOURCE_PREFIX),
    }
    if stamp.position != position:
        return Difference(place, "entry", f"its stamp is that of position {stamp.position}")
    if not entry.startswith(encode_stamp(stamp) + b"\n"):
        return Difference(place, "entry", "its stamp is not written as the ledger writes stamps")
    for field, value in stored.items():
        if value != said[field]:
            return Difference(place, field, f"the column says {value!r}, the entry {said[field]!r}")
    return None


def _moment_text(moment: datetime) -> str:
    """As the stamp writes times."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _seal(seal: Seal) -> str:
    return f"seal {seal.size}"
