"""The entry: two lines that give the author's exact bytes back, however they travelled."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.entry import (
    CorruptEntry,
    PartStamper,
    Stamp,
    build_entry,
    encode_stamp,
    event_of,
    event_served,
    receive_entry,
    recorded_at_text,
    serve_entry,
    split_entry,
)
from contracts.expectations import encode_stated

EVENT = '{"id":"019f1a10-0001-7a3c-8f10-6d2f4e9b0c11", "note":"Kürzung é \\u00e9"}'.encode()
STAMP = Stamp(
    position=212,
    recorded_at="2026-04-20T09:00:00.123456Z",
    stream="floor/ndpr.oxide_compound.oxide_99",
    version=1,
    draft="0f8fad5b-d9cb-469f-a165-70867728950e:41",
    part="5e" * 32,
    part_no=0,
    parts=1,
    line=0,
    lines=1,
    eol=1,
    signature="eyJh..c2ln",
    decision="eyJh.e30.c2ln",
)

names = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)
tokens = st.from_regex(r"[A-Za-z0-9._-]{0,40}", fullmatch=True)
counts = st.integers(0, 10**12)
stamps = st.builds(
    Stamp,
    position=counts,
    recorded_at=st.integers(0, 4_000_000_000 * 10**9).map(recorded_at_text),
    stream=st.builds("{}/{}".format, names, names),
    version=counts,
    draft=st.builds("{}:{}".format, st.uuids(), counts),
    part=st.binary(min_size=32, max_size=32).map(bytes.hex),
    part_no=st.integers(0, 1),
    parts=st.integers(1, 2),
    line=st.integers(0, 8_191),
    lines=st.integers(1, 8_192),
    eol=st.integers(0, 1),
    signature=tokens.map(lambda text: text or msgspec.UNSET),
    decision=tokens.map(lambda text: text or msgspec.UNSET),
    expects=st.none().map(lambda _: msgspec.UNSET)
    | st.dictionaries(st.builds("{}/{}".format, names, names), counts, max_size=3),
)
events = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(-9, 9)).map(
    msgspec.json.encode
)


def test_the_stamp_has_its_fields_in_the_order_of_the_architecture():
    """The order is part of what is hashed, so it is written down here once more."""
    assert encode_stamp(STAMP) == (
        b'{"position":212,"recorded_at":"2026-04-20T09:00:00.123456Z",'
        b'"stream":"floor/ndpr.oxide_compound.oxide_99","version":1,'
        b'"draft":"0f8fad5b-d9cb-469f-a165-70867728950e:41","part":"'
        + b"5e"
        * 32
        + b'","part_no":0,"parts":1,'
        b'"line":0,"lines":1,"eol":1,"signature":"eyJh..c2ln","decision":"eyJh.e30.c2ln"}'
    )


def test_a_stamp_without_signature_and_decision_leaves_them_out():
    """They stand once in a part and once in a draft; null stands nowhere."""
    plain = msgspec.structs.replace(STAMP, signature=msgspec.UNSET, decision=msgspec.UNSET)
    assert encode_stamp(plain).endswith(b'"lines":1,"eol":1}')


def test_an_entry_is_the_stamp_one_line_feed_and_the_event():
    """Nothing after the event: the bytes that are hashed end where the author's do."""
    assert build_entry(STAMP, EVENT) == encode_stamp(STAMP) + b"\n" + EVENT


@given(stamps, events)
def test_splitting_an_entry_undoes_building_it(stamp: Stamp, event: bytes):
    """What went in comes out, byte for byte."""
    entry = build_entry(stamp, event)
    assert split_entry(entry) == (stamp, event)
    assert event_of(entry) == event


@given(stamps)
def test_the_fast_stamper_writes_what_msgspec_writes(stamp: Stamp):
    """It is a shortcut, not a second format."""
    stamper = PartStamper(
        recorded_at=stamp.recorded_at,
        draft=stamp.draft,
        part=stamp.part,
        part_no=stamp.part_no,
        parts=stamp.parts,
        lines=stamp.lines,
        eol=bool(stamp.eol),
    )
    line = stamper.line(
        stamp.position,
        stamp.stream,
        stamp.version,
        stamp.line,
        signature=stamp.signature or "",
        decision=stamp.decision or "",
        expects="" if stamp.expects is msgspec.UNSET else encode_stated(stamp.expects).decode(),
    )
    assert line == encode_stamp(stamp)


@given(stamps, events)
def test_an_entry_that_was_served_and_received_is_the_same_entry(stamp: Stamp, event: bytes):
    """So a reader over HTTP can hash it and check the ledger."""
    entry = build_entry(stamp, event)
    served = serve_entry(entry)
    assert b"\n" not in served
    assert receive_entry(served) == entry
    assert event_served(served) == event
    assert msgspec.json.decode(served)["event"] == msgspec.json.decode(event)


def test_white_space_and_escapes_of_the_author_survive_serving():
    """They are signed bytes."""
    assert receive_entry(serve_entry(build_entry(STAMP, EVENT))).endswith(b"\n" + EVENT)


@pytest.mark.parametrize(
    "served",
    [
        b"",
        b"{}",
        b'{"stamp":{},"event":{},"more":1}',
        b"\xff",
        b'{"stamp":' + b"[" * 100_000,
    ],
)
def test_what_is_no_served_entry_is_corrupt(served: bytes):
    """A reader must not go on with half of it."""
    for receive in (receive_entry, event_served):
        with pytest.raises(CorruptEntry):
            receive(served)


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"{}\n{}",
        encode_stamp(STAMP),
        build_entry(STAMP, EVENT) + b"\n",
        build_entry(STAMP, EVENT).replace(b"floor/", b"fl\xffor/"),
    ],
)
def test_what_is_not_stamp_and_event_is_corrupt(entry: bytes):
    """Two lines, the first a stamp."""
    with pytest.raises(CorruptEntry):
        split_entry(entry)


def test_an_event_of_two_lines_cannot_become_an_entry():
    """Cutting it apart again would not be possible."""
    with pytest.raises(CorruptEntry):
        build_entry(STAMP, b"{\n}")


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000000Z"),
        (999, "1970-01-01T00:00:00.000000Z"),
        (1_767_225_599_999_999_999, "2025-12-31T23:59:59.999999Z"),
        (1_767_225_600_000_001_000, "2026-01-01T00:00:00.000001Z"),
    ],
)
def test_a_recorded_time_has_six_digits_and_is_cut_off_not_rounded(nanoseconds: int, text: str):
    """Rounding up could name a moment, and a year, that had not come yet."""
    assert recorded_at_text(nanoseconds) == text


@given(st.integers(0, 4_000_000_000 * 10**9))
def test_a_recorded_time_names_its_microsecond(nanoseconds: int):
    """Against the calendar of the standard library."""
    exact = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1_000)
    assert datetime.fromisoformat(recorded_at_text(nanoseconds)) == exact
