"""Cutting a signed body into its event lines, without changing a byte.

The signature covers the exact bytes, and every line goes into its own entry, from which the body must be
built again for ever. So there is one way to write a body: lines joined by one LF, and at most one LF at the
end, which the stamp remembers as `eol`. All else is refused with a way to mend it, rather than silently
normalised: what we normalise, nobody can verify afterwards (architecture.md, "Body").
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from contracts.limits import EVENT_BYTES_MAX, SUBMISSION_BYTES_MAX, SUBMISSION_EVENTS_MAX
from contracts.malformed import Malformed, TooLarge

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = b" \t\v\f"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body in lines: the bytes of each event, whether one LF ends it, SHA-256 hex of the whole."""

    lines: tuple[bytes, ...]
    eol: bool
    digest: str


def digest_of(raw: bytes) -> str:
    """Give the lower-case hex SHA-256 under which a body is known everywhere."""
    return sha256(raw).hexdigest()


def join_lines(lines: Sequence[bytes], *, eol: bool) -> bytes:
    """Build a body again from its lines: the inverse of `split_body`."""
    return b"\n".join(lines) + (b"\n" if eol else b"")


def split_body(raw: bytes) -> Body | Malformed:
    """Cut a signed body into 1 to 256 lines, each the bytes of one JSON object.

    Whether a line is an event is not looked at here. `TooLarge` (a `Malformed`) when only a size is wrong.
    """
    if len(raw) > SUBMISSION_BYTES_MAX:
        return TooLarge(
            "$",
            f"the body has {len(raw)} bytes, the limit is {SUBMISSION_BYTES_MAX}",
            "send the events in several submissions, each signed by itself",
        )
    if fault := _fault_of_whole(raw):
        return fault
    eol = raw.endswith(b"\n")
    lines = tuple((raw[:-1] if eol else raw).split(b"\n"))
    if len(lines) > SUBMISSION_EVENTS_MAX:
        return TooLarge(
            "$",
            f"the body has {len(lines)} lines, the limit is {SUBMISSION_EVENTS_MAX} events",
            "send the events in several submissions, each signed by itself",
        )
    for number, line in enumerate(lines):
        # One comparison for the good line: `{…}` leaves no room for white space around it.
        if not (line[:1] == b"{" and line[-1:] == b"}" and len(line) <= EVENT_BYTES_MAX):
            return _fault_of_line(number, line, lines)
    return Body(lines, eol, sha256(raw).hexdigest())


def _fault_of_whole(raw: bytes) -> Malformed | None:
    if not raw.strip(b"\n"):
        return Malformed("$", "the body is empty", "send one event, or one event a line")
    if raw.startswith(BYTE_ORDER_MARK):
        return Malformed(
            "$",
            "the body begins with a byte order mark",
            "save the file as UTF-8 without BOM and sign it again",
        )
    if b"\r" in raw:
        return Malformed(
            "$",
            "the body holds a carriage return (CR)",
            "end lines with LF alone (in an editor: line ending 'Unix'), then sign again",
            raw.count(b"\n", 0, raw.index(b"\r")),
        )
    return None


def _fault_of_line(number: int, line: bytes, lines: tuple[bytes, ...]) -> Malformed:
    """Say what is wrong with the first bad line; only called when there is one."""
    if not line:
        last = number == len(lines) - 1
        reason = "the body ends with more than one line end" if last else "the line is blank"
        return Malformed("$", reason, "leave no blank lines; exactly one final LF is allowed", number)
    if line.strip(_SPACE) != line:
        return Malformed(
            "$",
            "there is white space around the event",
            "begin the line with { and end it with }, nothing before or after",
            number,
        )
    if line[:1] == b"{" and line[-1:] == b"}":
        return TooLarge(
            "$",
            f"the event has {len(line)} bytes, the limit is {EVENT_BYTES_MAX}",
            "keep large papers outside and name them by digest, or split the event",
            number,
        )
    if line[:1] == b"[":
        return Malformed(
            "$", "the body is a JSON array", "one event, one line: send the events as lines, no array", number
        )
    if line[:1] == b"{":
        return Malformed(
            "$",
            "the event does not end on its line",
            "one event, one line: print the JSON compactly (for example with `jq -c .`), then sign again",
            number,
        )
    return Malformed(
        "$", "the line is no JSON object", "one event, one line: begin it with { and end it with }", number
    )
