"""Reading one entry as a stranger: nothing of it is believed, and every spelling but one is refused.

The ledger's stamp is covered by no author's signature, so all that can be said of it is said here and by its
neighbours: that it is written in the one way there is (else two entries could mean the same and hash
differently), that it names its own position, and that its numbers are possible.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from contracts.entry import Stamp, encode_stamp, split_entry
from contracts.limits import DRAFT_EVENTS_MAX, DRAFT_PARTS_MAX, ENTRY_BYTES_MAX
from contracts.verification.fault import Fault

_RECORDED_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DRAFT = re.compile(r"([A-Za-z0-9-]{1,64}):([1-9][0-9]{0,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def open_entry(entry: bytes, position: int) -> tuple[Stamp, bytes] | Fault:
    """Cut the entry at `position` into its stamp and the author's event bytes, or say what is wrong with it."""
    if len(entry) > ENTRY_BYTES_MAX:
        return Fault(position, "entry", f"it has {len(entry)} bytes, the limit is {ENTRY_BYTES_MAX}")
    try:
        stamp, event = split_entry(entry)
    except (ValueError, RecursionError) as error:
        return Fault(position, "entry", f"it is none: {error}")
    if encode_stamp(stamp) != entry[: -1 - len(event)]:
        return Fault(position, "stamp", "it is not written in the one way in which the ledger writes stamps")
    if stamp.position != position:
        return Fault(
            position, "stamp.position", f"it says {stamp.position}; positions count without a gap from 0"
        )
    if not 1 <= stamp.version <= position + 1:
        return Fault(
            position, "stamp.version", f"{stamp.version} is impossible after {position} earlier entries"
        )
    return stamp, event


def fault_of_lead(stamp: Stamp) -> Fault | None:
    """What is wrong with the first stamp of a part, with which all other stamps of the part agree."""
    position = stamp.position
    if recorded_at(stamp.recorded_at) is None:
        return Fault(position, "stamp.recorded_at", f"{stamp.recorded_at!r} is no instant of the ledger")
    if draft_of(stamp.draft) is None:
        return Fault(position, "stamp.draft", f"{stamp.draft!r} is not <incarnation>:<sequence>")
    if _DIGEST.fullmatch(stamp.part) is None:
        return Fault(position, "stamp.part", "it is no SHA-256 digest in lower-case hexadecimal")
    if not 0 <= stamp.part_no < stamp.parts <= DRAFT_PARTS_MAX:
        return Fault(position, "stamp.part_no", f"part {stamp.part_no} of {stamp.parts} is impossible")
    if not 0 <= stamp.line < stamp.lines <= DRAFT_EVENTS_MAX:
        return Fault(position, "stamp.line", f"line {stamp.line} of {stamp.lines} is impossible")
    if stamp.eol not in (0, 1):
        return Fault(position, "stamp.eol", f"it is {stamp.eol}, neither 0 nor 1")
    return None


@lru_cache(maxsize=4_096)
def recorded_at(text: str) -> datetime | None:
    """The instant of a stamp: RFC 3339 in UTC with exactly six digits; None when it is none."""
    if _RECORDED_AT.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def seconds_of(text: str) -> int:
    """Seconds since 1970 of a stamp's instant, cut. Raises ValueError when it is none: that was asked before."""
    moment = recorded_at(text)
    if moment is None:
        raise ValueError(f"{text!r} is no instant of the ledger")
    return seconds_at(moment)


def seconds_at(moment: datetime) -> int:
    """Seconds since 1970 of an aware instant, cut."""
    return (moment - _EPOCH) // _SECOND


@lru_cache(maxsize=4_096)
def draft_of(text: str) -> tuple[str, int] | None:
    """Incarnation and sequence of the draft that a stamp names; None when it names none."""
    match = _DRAFT.fullmatch(text)
    return None if match is None else (match[1], int(match[2]))
