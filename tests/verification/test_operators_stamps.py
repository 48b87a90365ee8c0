"""An operator who changes what was recorded: stamps that no author signed, order, gaps, single bytes.

Everything is hashed again and signed with the log's key, and the witnesses are taken to have signed it too. So only
what an entry says of itself and its neighbours is left to find him by.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from contracts.body import digest_of, join_lines
from contracts.entry import split_entry
from contracts.limits import ENTRY_BYTES_MAX
from tests.verification.bundles import story
from tests.verification.checking import fault_in
from tests.verification.forging import (
    renumbered,
    restamped,
    with_entry,
    with_event,
    with_stamp,
)

ENTRIES, TOLD = story()
PAIR = TOLD["declaration"]
HUNDRED = TOLD["hundred"]
REFUSAL = TOLD["refusal"]
AFTER_ALL = len(ENTRIES)


@pytest.mark.parametrize(
    ("position", "changes", "field"),
    [
        (PAIR, {"recorded_at": "2026-07-01T03:30:06Z"}, "stamp.recorded_at"),
        (PAIR, {"recorded_at": "2026-13-01T03:30:06.000000Z"}, "stamp.recorded_at"),
        (HUNDRED + 5, {"recorded_at": "2026-07-01T03:30:07.000001Z"}, "stamp.recorded_at"),
        (HUNDRED + 5, {"stream": "declaration/US/other"}, "stamp.stream"),
        (HUNDRED + 5, {"version": 2}, "stamp.version"),
        (HUNDRED + 5, {"version": 0}, "stamp.version"),
        (HUNDRED + 5, {"version": 2**70}, "stamp.version"),
        (HUNDRED + 5, {"draft": "another:7"}, "stamp.draft"),
        (HUNDRED, {"draft": "no draft"}, "stamp.draft"),
        (HUNDRED + 5, {"part": "0" * 64}, "stamp.part"),
        (HUNDRED, {"part": "0" * 63}, "stamp.part"),
        (HUNDRED + 5, {"part_no": 1}, "stamp.part_no"),
        (HUNDRED + 5, {"parts": 1}, "stamp.parts"),
        (HUNDRED + 5, {"line": 6}, "stamp.line"),
        (HUNDRED + 5, {"lines": 101}, "stamp.lines"),
        (HUNDRED + 5, {"eol": 1}, "stamp.eol"),
        (PAIR, {"eol": 2}, "stamp.eol"),
        (HUNDRED + 5, {"signature": "x"}, "stamp"),
        (HUNDRED + 5, {"decision": "x"}, "stamp"),
        (PAIR + 1, {"signature": "x"}, "signature"),
        (PAIR + 1, {"decision": "x"}, "decision"),
        (PAIR, {"signature": ""}, "signature"),
        (PAIR, {"decision": "x.y.z"}, "decision"),
        (REFUSAL, {"decision": ""}, "decision"),
    ],
)
def test_a_changed_stamp_is_found_where_it_stands(position: int, changes: dict[str, Any], field: str) -> None:
    """Time, stream, version, draft, part: no author signed them, and none can be changed unseen."""
    fault = fault_in(with_stamp(ENTRIES, position, **changes))
    assert (fault.position, fault.field) == (position, field)


@pytest.mark.parametrize("number", [-1, 0, PAIR + 1, 2**63, 2**64])
def test_an_entry_that_names_another_position_is_found(number: int) -> None:
    """Positions count from 0 without a gap; that is how a reader knows that nothing is missing."""
    entries = with_entry(ENTRIES, PAIR, restamped(ENTRIES[PAIR], position=number))
    assert (fault_in(entries).position, fault_in(entries).field) == (PAIR, "stamp.position")


def test_two_stamps_of_a_draft_that_disagree_are_both_named() -> None:
    """Which of the two was changed nobody can know; the later one is the position, the reason quotes both."""
    fault = fault_in(with_stamp(ENTRIES, PAIR, recorded_at="2026-07-01T03:30:06.000001Z"))
    assert (fault.position, fault.field) == (PAIR + 1, "stamp.recorded_at")
    assert "06.000001Z" in fault.reason
    assert "06.000000Z" in fault.reason


def test_a_record_stamped_with_an_earlier_time_is_found() -> None:
    """All entries of a draft moved back by a second, behind the draft before it."""
    early = "2026-07-01T03:30:05.000000Z"
    entries = [
        restamped(entry, recorded_at=early) if n >= AFTER_ALL - 2 else entry
        for n, entry in enumerate(ENTRIES)
    ]
    fault = fault_in(entries)
    assert (fault.position, fault.field) == (AFTER_ALL - 2, "stamp.recorded_at")


def test_a_draft_numbered_like_an_earlier_one_is_found() -> None:
    """The sequences of the draft stream only rise."""
    same = split_entry(ENTRIES[PAIR])[0].draft
    entries = [
        restamped(entry, draft=same) if n >= AFTER_ALL - 2 else entry for n, entry in enumerate(ENTRIES)
    ]
    assert (fault_in(entries).position, fault_in(entries).field) == (AFTER_ALL - 2, "stamp.draft")


def test_a_draft_stream_that_comes_back_is_found() -> None:
    """It was replaced by another one, and then had drafts again."""
    incarnation, sequence = split_entry(ENTRIES[HUNDRED])[0].draft.split(":")
    entries = [
        restamped(entry, draft=f"another:{sequence}") if HUNDRED <= n < HUNDRED + 200 else entry
        for n, entry in enumerate(ENTRIES)
    ]
    fault = fault_in(entries)
    assert (fault.position, fault.field) == (HUNDRED + 200, "stamp.draft")
    assert incarnation in fault.reason


def swapped(entries: Sequence[bytes], one: int, other: int) -> list[bytes]:
    """Two entries in each other's place."""
    return with_entry(with_entry(entries, one, entries[other]), other, entries[one])


@pytest.mark.parametrize(
    ("edit", "position"),
    [
        (lambda: renumbered([*ENTRIES[:PAIR], *ENTRIES[PAIR + 1 :]]), PAIR),
        (lambda: renumbered([*ENTRIES[: PAIR + 1], *ENTRIES[PAIR + 2 :]]), PAIR + 1),
        (lambda: renumbered([*ENTRIES[: HUNDRED + 7], *ENTRIES[HUNDRED + 8 :]]), HUNDRED + 7),
        (
            lambda: renumbered([*ENTRIES[: HUNDRED + 7], ENTRIES[HUNDRED + 7], *ENTRIES[HUNDRED + 7 :]]),
            HUNDRED + 8,
        ),
        (lambda: renumbered(swapped(ENTRIES, HUNDRED + 3, HUNDRED + 9)), HUNDRED + 3),
        (lambda: renumbered(swapped(ENTRIES, PAIR, PAIR + 1)), PAIR),
        (
            lambda: renumbered([*ENTRIES[: HUNDRED + 50], ENTRIES[PAIR], *ENTRIES[HUNDRED + 50 :]]),
            HUNDRED + 50,
        ),
        (lambda: renumbered(ENTRIES[1:]), 0),
        (lambda: list(ENTRIES[:-1]), AFTER_ALL - 2),
        (lambda: list(ENTRIES[: HUNDRED + 30]), HUNDRED + 29),
    ],
)
def test_entries_deleted_inserted_swapped_or_cut_off_within_a_draft_are_found(
    edit: Callable[[], list[bytes]], position: int
) -> None:
    """A draft is a whole: its lines count, its parts count, and another draft cannot stand in it."""
    assert fault_in(edit()).position == position


def test_a_whole_draft_left_out_is_found_by_the_versions_of_its_streams() -> None:
    """Everything signed, everything renumbered: but a stream has no second version without a first."""
    second, third = TOLD["second key"], TOLD["third key"]
    entries = renumbered([*ENTRIES[:second], *ENTRIES[third:]])
    assert fault_in(entries).position == second


def test_drafts_in_another_order_are_found() -> None:
    """A declaration and the founding of its key change places."""
    entries = renumbered([*ENTRIES[PAIR:HUNDRED], *ENTRIES[:PAIR], *ENTRIES[HUNDRED:]])
    assert fault_in(entries).position == 0


def test_two_drafts_interleaved_are_found() -> None:
    """Each line is in place in its own part, but the parts are not in one piece."""
    one, other = ENTRIES[PAIR:HUNDRED], ENTRIES[HUNDRED : HUNDRED + 200]
    entries = renumbered([*ENTRIES[:PAIR], one[0], other[0], one[1], *other[1:], *ENTRIES[HUNDRED + 200 :]])
    assert fault_in(entries).position == PAIR + 1


@pytest.mark.parametrize("position", [0, PAIR, HUNDRED, HUNDRED + 41, HUNDRED + 199, REFUSAL])
def test_a_changed_event_is_found_in_its_part(position: int) -> None:
    """One digit of the year: the digest of the part fails, and names the part that the entry is in."""
    stamp, _ = split_entry(ENTRIES[position])
    fault = fault_in(with_event(ENTRIES, position, lambda event: event.replace(b"2026", b"2027", 1)))
    assert fault.position == position - stamp.line
    assert fault.through == position - stamp.line + stamp.lines - 1
    assert fault.field == "stamp.part"


def test_a_changed_event_with_a_digest_that_fits_fails_by_its_signature() -> None:
    """The stamps of the part are the operator's to write; the signature is not."""
    events = [entry.partition(b"\n")[2] for entry in ENTRIES[HUNDRED : HUNDRED + 100]]
    events[41] = events[41].replace(b"12000", b"11000")
    digest = digest_of(join_lines(events, eol=False))
    entries = list(ENTRIES)
    for line, event in enumerate(events):
        head = restamped(ENTRIES[HUNDRED + line], part=digest).partition(b"\n")[0]
        entries[HUNDRED + line] = head + b"\n" + event
    fault = fault_in(entries)
    assert (fault.position, fault.through, fault.field) == (HUNDRED, HUNDRED + 99, "signature")


OTHER_STAMPS: list[Callable[[bytes], bytes]] = [
    lambda line: line.replace(b'"stream"', b' "stream"'),
    lambda line: line.replace(b'"version":1,', b'"version":1,"version":1,'),
    lambda line: line.replace(b'"eol":1', b'"eol":1,"more":2'),
    lambda line: line.replace(b'"version":1,', b'"version":1.0,'),
    lambda line: line.replace(b"declaration/US", b"declaration\\/US"),
    lambda line: line[:-1] + b',"remark":null}',
    lambda line: line.replace(b"declaration/US", b"declaration/\xff\xfe"),
    lambda line: line.replace(b"{", b"{\r", 1),
    lambda _: b"[" * 60_000,
    lambda _: b'{"position":' + b"9" * 5_000 + b"}",
    lambda _: b"",
    lambda _: b"null",
]


@pytest.mark.parametrize("stamp", OTHER_STAMPS)
def test_a_stamp_with_other_bytes_is_found(stamp: Callable[[bytes], bytes]) -> None:
    """There is one way to write a stamp; another is found, however deep, long or broken it is."""
    head, _, event = ENTRIES[PAIR].partition(b"\n")
    fault = fault_in(with_entry(ENTRIES, PAIR, stamp(head) + b"\n" + event))
    assert fault.position == PAIR


@pytest.mark.parametrize(
    "event",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b'{"a":' + b"[" * 60_000,
        b'{"specversion":"1.0","id":1}',
        b"{" + b" " * 60_000 + b"}",
        b'{"data":' * 10_000,
        b'{"n":' + b"1" * 50_000 + b"}",
        b"\x00" * 100,
        b"{}\n{}",
    ],
)
def test_an_event_that_is_none_is_found(event: bytes) -> None:
    """Huge, deep, empty or no text: named by its position, and no reason to fall over."""
    fault = fault_in(with_event(ENTRIES, HUNDRED + 41, lambda _: event[: ENTRY_BYTES_MAX - 600]))
    assert fault.position == HUNDRED + 41


def test_an_entry_without_a_second_line_or_without_anything_is_found() -> None:
    """An entry has two lines."""
    for entry in (b"", b"\n", ENTRIES[PAIR].partition(b"\n")[0], ENTRIES[PAIR] + b"\n"):
        assert fault_in(with_entry(ENTRIES, PAIR, entry)).position == PAIR
