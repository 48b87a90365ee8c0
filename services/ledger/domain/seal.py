"""Turning an admitted draft into entries: positions, versions, stamps, leaf hashes; and a batch into a seal.

This is the hot path: everything that the lines of a part share is computed once per part, what is left per
event is one stamp, one hash and three rows. Rows are plain tuples in the order of the columns, because that is
what COPY takes. A crash anywhere in here costs nothing: nothing has been written, and the same drafts give
the same rows again.
"""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from contracts.entry import PartStamper, build_entry, recorded_at_text
from contracts.envelope import SOURCE_PREFIX
from contracts.tlog.tree import Frontier, leaf_hash
from services.ledger.domain.admission import Admitted
from services.ledger.domain.growing import NodeRow, grow
from services.ledger.domain.knowledge import EventKey, Known, KnownEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

EntryRow = tuple[int, datetime, str, int, str, str, bytes, bytes]
"""position, recorded_at, stream, version, type, party, leaf, entry"""
IdRow = tuple[str, str, int]
"""source, id, position"""
KeyVersionRow = tuple[str, int, int]
"""key, version, position"""
AttachmentRow = tuple[bytes, int, str, bytes, str]
"""digest, position, party, body, signature"""


class Rows(Struct):
    """What a batch adds to the tables, in order of position. Filled by `seal_draft`; the nodes, which only the
    whole batch knows, by `seal_batch`."""

    entries: list[EntryRow] = []
    ids: list[IdRow] = []
    key_versions: list[KeyVersionRow] = []
    attachments: list[AttachmentRow] = []
    nodes: list[NodeRow] = []


class Seal(Struct, frozen=True):
    """The tree grew from `prev_size` to `size` leaves and its root became `root`; `sequence` is the last
    draft of the batch."""

    size: int
    prev_size: int
    root: bytes
    frontier: bytes
    sequence: int


def moment(nanoseconds: int) -> datetime:
    """An instant as the database takes it; cut to microseconds, like the text in the stamp."""
    return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)


def seal_draft(admitted: Admitted, incarnation: str, known: Known, rows: Rows) -> list[int]:
    """Write the entries of one draft into `rows`; gives the versions of its first part's lines.

    Advances the keys in `known` and makes the new ids known, so that the next draft sees this one.
    """
    draft = admitted.draft
    recorded_at = recorded_at_text(admitted.recorded_at_ns)
    position = admitted.first_position
    authored_versions: list[int] = []
    for part_no, part in enumerate(draft.parts):
        stamper = PartStamper(
            recorded_at=recorded_at,
            draft=f"{incarnation}:{draft.sequence}",
            part=part.digest,
            part_no=part_no,
            parts=len(draft.parts),
            lines=len(part.lines),
            eol=part.eol,
        )
        versions = _seal_part(admitted, part_no, position, stamper, known, rows)
        if part_no == 0:
            authored_versions = versions
        position += len(part.lines)
    if draft.refused is not None:
        refused = draft.refused
        digest = bytes.fromhex(refused.digest)
        rows.attachments.append(
            (digest, admitted.first_position, refused.party, refused.body, refused.signature)
        )
    return authored_versions


def _seal_part(
    admitted: Admitted, part_no: int, first: int, stamper: PartStamper, known: Known, rows: Rows
) -> list[int]:
    """Seal the lines of one part from position `first` on; gives the version of each."""
    part = admitted.draft.parts[part_no]
    recorded_at, recorded_at_stamped = (
        moment(admitted.recorded_at_ns),
        recorded_at_text(admitted.recorded_at_ns),
    )
    party = part.source[len(SOURCE_PREFIX) :]
    source, lines, count = part.source, len(part.lines), admitted.count
    advance, stamp = known.advance, stamper.line
    add_entry, add_id, add_version = rows.entries.append, rows.ids.append, rows.key_versions.append
    sealed: list[tuple[EventKey, KnownEvent]] = []
    versions: list[int] = []
    position = first
    for line, (event, header, keys) in enumerate(zip(part.lines, part.headers, part.keys, strict=True)):
        stream, event_id = header.subject, header.id
        version = advance(stream)
        if line:
            head = stamp(position, stream, version, line)
        else:
            decision, expects = (
                (admitted.draft.decision, admitted.stated.decode()) if part_no == 0 else ("", "")
            )
            head = stamp(
                position, stream, version, line, signature=part.signature, decision=decision, expects=expects
            )
        entry = build_entry(head, event)
        add_entry((position, recorded_at, stream, version, header.type, party, leaf_hash(entry), entry))
        add_id((source, event_id, position))
        add_version((stream, version, position))
        if len(keys) > 1:
            for guard in keys[1:]:
                add_version((guard, advance(guard), position))
        sealed.append(
            ((source, event_id), KnownEvent(position, first, lines, count, recorded_at_stamped, event))
        )
        versions.append(version)
        position += 1
    known.remember(sealed)
    return versions


def seal_batch(frontier: Frontier, rows: Rows, sequence: int) -> tuple[Frontier, Seal | None]:
    """Grow the tree by the entries of a batch, and write the nodes that this completes into `rows`. None when
    there are no entries: a batch of nothing but duplicates leaves no seal."""
    if not rows.entries:
        return frontier, None
    grown, rows.nodes = grow(frontier, [row[6] for row in rows.entries])
    return grown, Seal(grown.size, frontier.size, grown.root(), grown.encode(), sequence)
