"""Cutting the body of a part out of its entries again, byte for byte, and reading its events.

A body is what its author signed, so it is the one thing in the record that the operator cannot make: all lines in
their order, joined by one LF, with the final LF that the stamp remembers. Whether the entries are those of one part
at all is said by their stamps, which must agree in everything that the lines of a part share.
"""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, Struct

from contracts.body import digest_of, join_lines
from contracts.decoding import Malformed, decode_header, fault_of_data
from contracts.entry import Stamp
from contracts.envelope import Header
from contracts.limits import (
    DRAFT_BYTES_MAX,
    DRAFT_EVENTS_MAX,
    SUBMISSION_BYTES_MAX,
    SUBMISSION_EVENTS_MAX,
)
from contracts.registry import EVENT_TYPES
from contracts.streams import fits_type, keys_of
from contracts.verification.fault import Fault
from contracts.verification.marks import mark_advance, mark_event
from contracts.verification.opening import fault_of_lead, open_entry

_SHARED = ("recorded_at", "draft", "part", "part_no", "parts", "lines", "eol")


class Part(Struct, frozen=True):
    """A part in order: its first stamp, its exact body, its events, the source that they share.

    `marks` has two marks for each event (see `marks`), in order.
    """

    lead: Stamp
    body: bytes
    lines: tuple[bytes, ...]
    headers: tuple[Header, ...]
    source: str
    marks: tuple[tuple[bytes, bytes], ...]
    advances: tuple[bytes, ...]
    """Marks of the guards that its events advance."""
    first_versions: Mapping[str, int]
    """Of each stream that it writes to, the version of its first entry there."""


def read_part(entries: Sequence[bytes], first: int, lead: Stamp, *, secret: bytes) -> Part | Fault:
    """Read the entries of one part, from position `first` on; `lead` is the stamp of the first of them.

    A part without a signature is derived. No signature is checked here. `secret` keys the marks.
    """
    if fault := fault_of_lead(lead):
        return fault
    derived = lead.signature is UNSET
    lines: list[bytes] = []
    headers: list[Header] = []
    marks: list[tuple[bytes, bytes]] = []
    advances: list[bytes] = []
    versions: dict[str, int] = {}
    source = ""
    for line, entry in enumerate(entries):
        position = first + line
        opened = open_entry(entry, position)
        if isinstance(opened, Fault):
            return opened
        stamp, event = opened
        header = decode_header(event)
        if isinstance(header, Malformed):
            return _unreadable(position, header)
        if twice := fault_of_data(event, header.data):
            return _unreadable(position, twice)
        source = source or header.source
        if fault := _fault_of_stamp(stamp, lead, line) or _fault_of_event(stamp, header, source, derived):
            return fault
        lines.append(event)
        headers.append(header)
        versions.setdefault(stamp.stream, stamp.version)
        marks.append(mark_event(secret, position, header.source, header.id, stamp.stream, stamp.version))
        advances += [
            mark_advance(secret, position, guard) for guard in keys_of(header.type, stamp.stream)[1:]
        ]
    body = join_lines(lines, eol=bool(lead.eol))
    if fault := _fault_of_body(body, lead, first, len(lines), derived):
        return fault
    return Part(lead, body, tuple(lines), tuple(headers), source, tuple(marks), tuple(advances), versions)


def _unreadable(position: int, malformed: Malformed) -> Fault:
    return Fault(position, f"event{malformed.path[1:]}", malformed.reason)


def _fault_of_stamp(stamp: Stamp, lead: Stamp, line: int) -> Fault | None:
    """Whether the stamp is that of line `line` of the part that `lead` begins."""
    if (
        stamp.line == line
        and stamp.part == lead.part
        and stamp.draft == lead.draft
        and stamp.recorded_at == lead.recorded_at
        and stamp.part_no == lead.part_no
        and stamp.parts == lead.parts
        and stamp.lines == lead.lines
        and stamp.eol == lead.eol
        and (line == 0 or (stamp.signature is UNSET and stamp.decision is UNSET and stamp.expects is UNSET))
    ):
        return None
    if stamp.line != line:
        return Fault(
            stamp.position, "stamp.line", f"it says {stamp.line}, and line {line} of its part is due"
        )
    for name in _SHARED:
        said, shared = getattr(stamp, name), getattr(lead, name)
        if said != shared:
            reason = f"it says {said!r}, the first line of the part, at {lead.position}, says {shared!r}"
            return Fault(stamp.position, f"stamp.{name}", reason)
    reason = "a signature, a decision or what it expects stands on the first line of a part only"
    return Fault(stamp.position, "stamp", reason)


def _fault_of_event(stamp: Stamp, header: Header, source: str, derived: bool) -> Fault | None:
    """Whether stamp and envelope agree, and the event may stand in a part of this kind."""
    if header.subject != stamp.stream:
        reason = f"the stamp says {stamp.stream}, the author {header.subject}"
        return Fault(stamp.position, "stamp.stream", reason)
    if header.source != source:
        reason = f"the events of one part have several sources, {source} and {header.source}"
        return Fault(stamp.position, "event.source", reason)
    if EVENT_TYPES[header.type].derived is not derived:
        whose = "is never derived, and nobody signed it" if derived else "is derived, never signed by a party"
        return Fault(stamp.position, "event.type", f"an event of type {header.type} {whose}")
    if not fits_type(header.type, header.subject):
        return Fault(stamp.position, "event.subject", f"{header.subject} is no stream of {header.type}")
    return None


def _fault_of_body(body: bytes, lead: Stamp, first: int, lines: int, derived: bool) -> Fault | None:
    lines_max = DRAFT_EVENTS_MAX if derived else SUBMISSION_EVENTS_MAX
    bytes_max = DRAFT_BYTES_MAX if derived else SUBMISSION_BYTES_MAX
    last = first + lines - 1
    if lines > lines_max or len(body) > bytes_max:
        return Fault(first, "part", f"{lines} events of {len(body)} bytes are more than a part holds", last)
    if derived and lead.eol:
        return Fault(first, "stamp.eol", "a derived part ends without a line feed")
    if not _is_utf8(body):
        return Fault(first, "event", "the events of the part are not UTF-8", last)
    if digest_of(body) != lead.part:
        reason = f"the events of the part have the digest {digest_of(body)}, the stamps say {lead.part}"
        return Fault(first, "stamp.part", reason, last)
    return None


def _is_utf8(body: bytes) -> bool:
    try:
        return body.isascii() or bool(body.decode())
    except UnicodeDecodeError:
        return False
