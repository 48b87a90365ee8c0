"""How a signed body is cut into lines: one way to write it, everything else is refused with a way to mend it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.body import Body, digest_of, join_lines, split_body
from contracts.limits import EVENT_BYTES_MAX, SUBMISSION_BYTES_MAX, SUBMISSION_EVENTS_MAX
from contracts.malformed import Malformed, TooLarge

FLOOR = b'{"type":"bloc.price_floor.set.v1"}'
MEASURE = b'{"type":"bloc.measure.created.v1"}'


def body_of(raw: bytes) -> Body:
    body = split_body(raw)
    assert isinstance(body, Body)
    return body


def fault_of(raw: bytes) -> Malformed:
    fault = split_body(raw)
    assert isinstance(fault, Malformed)
    assert fault.mend
    return fault


def test_one_event_is_a_body_of_one_line():
    """A single event needs no line end at all."""
    assert body_of(FLOOR) == Body((FLOOR,), eol=False, digest=digest_of(FLOOR))


def test_one_final_line_end_is_kept_as_eol():
    """Most tools write a last LF; it is signed too, so it is remembered and not cut off unseen."""
    raw = FLOOR + b"\n" + MEASURE + b"\n"
    assert body_of(raw) == Body((FLOOR, MEASURE), eol=True, digest=digest_of(raw))


def test_white_space_inside_an_event_stays_as_written():
    """The author's bytes are never normalised."""
    assert body_of(b'{"type" : "x"}').lines == (b'{"type" : "x"}',)


@pytest.mark.parametrize("raw", [b"", b"\n", b"\n\n\n"])
def test_an_empty_body_is_refused(raw: bytes):
    """There is nothing to record in it."""
    assert fault_of(raw).reason == "the body is empty"


def test_a_carriage_return_is_refused_with_its_line():
    """A tool that writes CR LF signed other bytes than it shows."""
    fault = fault_of(FLOOR + b"\n" + MEASURE + b"\r\n")
    assert (fault.line, "carriage return" in fault.reason) == (1, True)


def test_a_byte_order_mark_is_refused():
    """The mark is invisible in editors and signed all the same."""
    assert "byte order mark" in fault_of(b"\xef\xbb\xbf" + FLOOR).reason


def test_a_blank_line_is_refused_with_its_number():
    """An empty line is no event."""
    fault = fault_of(FLOOR + b"\n\n" + MEASURE)
    assert (fault.line, fault.reason) == (1, "the line is blank")


def test_a_second_final_line_end_is_refused():
    """One bit remembers the end of the body, so there can be one LF only."""
    fault = fault_of(FLOOR + b"\n\n")
    assert (fault.line, fault.reason) == (1, "the body ends with more than one line end")


@pytest.mark.parametrize("line", [b" " + FLOOR, FLOOR + b" ", b"\t" + FLOOR, FLOOR + b"\t", b"  "])
def test_white_space_around_an_event_is_refused(line: bytes):
    """It would be part of the signed bytes and of no event."""
    assert (fault_of(MEASURE + b"\n" + line).line, "white space" in fault_of(line).reason) == (1, True)


def test_pretty_printed_json_is_refused_with_the_reason_that_an_event_is_one_line():
    """An entry has two lines, so an event cannot have three."""
    fault = fault_of(b'{\n"type": "bloc.price_floor.set.v1"\n}\n')
    assert (fault.line, fault.mend.startswith("one event, one line")) == (0, True)


@pytest.mark.parametrize("raw", [b"[" + FLOOR + b"]", b"42", b'"text"'])
def test_anything_but_an_object_on_a_line_is_refused(raw: bytes):
    """An array of events is not NDJSON."""
    assert "one event, one line" in fault_of(raw).mend


def test_the_largest_number_of_events_passes_and_one_more_is_too_large():
    """256 events are a submission, 257 are not."""
    assert len(body_of(b"\n".join([FLOOR] * SUBMISSION_EVENTS_MAX)).lines) == SUBMISSION_EVENTS_MAX
    assert isinstance(fault_of(b"\n".join([FLOOR] * (SUBMISSION_EVENTS_MAX + 1))), TooLarge)


def test_the_largest_event_passes_and_one_byte_more_is_too_large():
    """60 KiB is the largest event; the answer names the line."""
    largest = b"{" + b" " * (EVENT_BYTES_MAX - 2) + b"}"
    assert body_of(largest).lines == (largest,)
    fault = fault_of(FLOOR + b"\n" + b"{ " + largest[1:])
    assert (type(fault), fault.line) == (TooLarge, 1)


def test_the_largest_submission_passes_and_one_byte_more_is_too_large():
    """512 KiB, final LF included."""
    line = b"{" + b" " * (SUBMISSION_BYTES_MAX // 16 - 3) + b"}"
    largest = b"\n".join([line] * 16) + b"\n"
    assert (len(largest), len(body_of(largest).lines)) == (SUBMISSION_BYTES_MAX, 16)
    assert isinstance(fault_of(largest[:1] + b" " + largest[1:]), TooLarge)


@given(
    st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b and b"\r" not in b), min_size=1),
    st.booleans(),
)
def test_joining_the_lines_gives_the_very_body_back(texts: list[bytes], eol: bool):
    """The ledger builds bodies from entries for ever, so splitting must lose nothing."""
    raw = join_lines([b"{" + text + b"}" for text in texts], eol=eol)
    body = body_of(raw)
    assert join_lines(body.lines, eol=body.eol) == raw


@given(st.binary(max_size=60))
def test_any_bytes_are_either_a_body_that_joins_again_or_a_fault(raw: bytes):
    """There is no third way: nothing raises and nothing is changed in silence."""
    body = split_body(raw)
    assert isinstance(body, Malformed) or join_lines(body.lines, eol=body.eol) == raw
