"""What the decoder refuses, with the path of the fault; each test is one way to get an event wrong."""

import json

import pytest

from contracts.decoding import Malformed, decode_event, decode_header, decode_payload, encode_event
from contracts.examples import example_of
from contracts.limits import DECLARATION_ITEMS_MAX, EVENT_BYTES_MAX
from contracts.malformed import TooLarge
from tests.contracts.mutations import (
    DECLARATION,
    FLOOR_SET,
    MEASURE,
    TYPE_NAMES,
    accepted,
    event,
    line,
    place_of,
    refused,
    refused_with,
    with_key_twice,
    with_value,
    without,
)

AMOUNT = "$.data.items[0].customs_value.amount"


def spelled(path: str, raw_value: str, type_name: str = DECLARATION) -> Malformed:
    """The fault of an event whose value at a path is spelled so, in JSON that no library writes."""
    marked = line(with_value(event(type_name), place_of(event(type_name), path), "\N{BLACK SQUARE}"))
    fault = refused(marked.replace('"\N{BLACK SQUARE}"'.encode(), raw_value.encode()))
    assert fault.path == path, fault
    return fault


# --- the text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["708000.00", "7.08e5", "7E5", "1e400", "-1.5", "0.1e-3"])
def test_a_number_with_fraction_or_exponent_is_refused(number: str):
    """Readers differ in what a binary fraction is; decimals are strings."""
    assert "string" in spelled(AMOUNT, number).mend


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "null"])
def test_what_is_no_number_and_what_is_nothing_is_refused(word: str):
    """There is one way to say that a field is not there: to leave it out."""
    assert word in spelled(AMOUNT, word).reason


def test_an_integer_written_as_a_fraction_is_refused():
    """1.0 is not an item number."""
    spelled("$.data.items[0].item_no", "1.0")


def test_an_integer_without_end_is_refused():
    """Five thousand digits are no position."""
    spelled("$.data.items[0].item_no", "9" * 5000)


@pytest.mark.parametrize("path", ["$.id", "$.data", "$.data.member", "$.data.items[0].net_mass.unit"])
def test_a_field_twice_is_refused_wherever_it_is(path: str):
    """JSON readers take the first or the last; the signature would cover both."""
    value = event(DECLARATION)
    fault = refused(with_key_twice(value, place_of(value, path)))
    assert fault.path == path
    assert "twice" in fault.reason


def test_a_field_twice_is_found_behind_blanks_and_escapes_too():
    """The cheap proofs do not hold there, so the whole text is read again."""
    twice = with_key_twice(event(DECLARATION), place_of(event(DECLARATION), "$.data.reference"))
    assert refused(twice.replace(b",", b", ")).path == "$.data.reference"
    escaped = twice.replace(b'"reference"', b'"\\u0072eference"', 1)
    assert refused(escaped).path == "$.data.reference"
    # two quotes hidden in escapes make the counts of quotes equal, and must not hide the key
    value = event("bloc.member.invited.v1")
    value["data"]["forum"] = "ABCD"
    raw = with_key_twice(value, place_of(value, "$.data.invited_on")).replace(b",", b", ")
    assert refused(raw.replace(b"ABCD", b"\\u0022B\\u0022\\u0022\\u0022")).path == "$.data.invited_on"


def test_blanks_between_tokens_and_escapes_are_the_authors_business():
    """One line is required, not one spelling: another library may put blanks after commas."""
    value = event("bloc.member.invited.v1")
    value["data"]["forum"] = "Ministerial “Kritische Rohstoffe” in Zürich"
    compact = accepted(value)
    assert decode_event(json.dumps(value).encode()) == compact
    assert decode_event(json.dumps(value, ensure_ascii=False, separators=(" , ", " : ")).encode()) == compact
    assert decode_event(json.dumps(dict(reversed(value.items()))).encode()) == compact


@pytest.mark.parametrize("broken", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_bytes_that_are_not_utf8_are_refused(broken: bytes):
    """Latin-1, overlong forms and encoded surrogates alike."""
    raw = example_of("bloc.member.invited.v1").replace(b"Critical", broken)
    fault = refused(raw)
    assert fault.path == "$.data.forum"
    assert "UTF-8" in fault.reason


def test_half_of_a_surrogate_pair_is_refused():
    """It is no character, and other languages cannot even hold it."""
    spelled("$.data.forum", '"\\ud800"', "bloc.member.invited.v1")


@pytest.mark.parametrize("hidden", ["\\u0000", "\\n", "\\u001b[31m", "\\u202e", "\\ufeff", "\\u0085"])
def test_a_text_with_hidden_characters_is_refused(hidden: str):
    """Control characters break terminals and databases, direction characters deceive readers."""
    spelled("$.data.forum", f'"Critical{hidden}Minerals"', "bloc.member.invited.v1")


def test_a_depth_bomb_is_refused():
    """However deep, and wherever it hides."""
    for bomb in ("[" * 30_000, '{"a":' * 10_000):
        for path in ("$.data", "$.data.items", "$.extension"):
            value = event(DECLARATION)
            marked = line(with_value(value, place_of(value, path), "\N{BLACK SQUARE}"))
            raw = marked.replace('"\N{BLACK SQUARE}"'.encode(), bomb.encode())
            assert refused(raw).path.startswith(path)
            closed = bomb + "".join({"[": "]", "{": "}"}.get(sign, "") for sign in reversed(bomb))
            refused(marked.replace('"\N{BLACK SQUARE}"'.encode(), closed[:40_000].encode()))


def test_an_event_is_one_line_and_one_object():
    """Pretty-printed, padded, cut off, doubled or no object: each is refused as a whole."""
    raw = example_of(FLOOR_SET)
    pretty = json.dumps(json.loads(raw), indent=1).encode()
    for wrong in (
        pretty,
        b" " + raw,
        raw + b"\n",
        b"\xef\xbb\xbf" + raw,
        b"[" + raw + b"]",
        b"",
        b"{}x",
        b"null",
    ):
        assert refused(wrong).path == "$"
    for wrong in (raw[:-1], raw[:200] + b"}", raw + raw, b"{}", b"{'id':1}", b'{"a":01}'):
        refused(wrong)


def test_an_event_of_more_than_60_kib_is_too_large():
    """Refused by size alone, before it is read; HTTP answers 413."""
    raw = example_of(FLOOR_SET)
    padded = raw[:-1] + b" " * (EVENT_BYTES_MAX - len(raw)) + b"}"
    assert len(padded) == EVENT_BYTES_MAX
    assert decode_event(padded) == accepted(event(FLOOR_SET))
    assert isinstance(decode_event(padded[:-1] + b" }"), TooLarge)
    assert isinstance(decode_header(padded[:-1] + b" }"), TooLarge)


def test_the_largest_declaration_fills_an_event_to_the_last_byte():
    """100 items of real size fit, and so does an event of exactly the limit."""
    value = event(DECLARATION)
    item = value["data"]["items"][0]
    del item["free_at_frontier_value"], item["exported_on"]
    value["data"]["items"] = [{**item, "item_no": number} for number in range(1, DECLARATION_ITEMS_MAX + 1)]
    assert len(line(value)) < EVENT_BYTES_MAX
    for entry in value["data"]["items"]:
        room = EVENT_BYTES_MAX - len(line(value))
        for code in range(min(room // 11, 24)):
            entry.setdefault("additional_codes", []).append(f"A{code:07d}")
    room = EVENT_BYTES_MAX - len(line(value))
    for entry in value["data"]["items"]:
        longer = min(room, 64 - len(entry["invoice"]["number"]))
        entry["invoice"] = {**entry["invoice"], "number": entry["invoice"]["number"] + "9" * longer}
        room -= longer
    raw = line(value)
    assert len(raw) == EVENT_BYTES_MAX
    decoded = decode_event(raw)
    assert not isinstance(decoded, Malformed)
    assert len(encode_event(decoded)) == EVENT_BYTES_MAX


# --- the envelope -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribute", "wrong"),
    [
        ("specversion", "0.3"),
        ("specversion", 1),
        ("id", "019F1A10-0001-7A3C-8F10-6D2F4E9B0C11"),
        ("id", "019f1a10-0001-4a3c-8f10-6d2f4e9b0c11"),
        ("id", "019f1a10-0001-7a3c-cf10-6d2f4e9b0c11"),
        ("id", ""),
        ("source", "us.trade"),
        ("source", "/parties/us"),
        ("source", "/parties/us.trade.desk"),
        ("source", "/parties/US.trade"),
        ("source", "/parties/us.trade\n"),
        ("source", "/parties/us." + "x" * 32),
        ("source", "https://bloc.example/parties/us.trade"),
        ("type", "bloc.price_floor.set.v2"),
        ("type", "bloc.price_floor.lifted.v1"),
        ("type", "com.example.thing"),
        ("subject", "floor/ndpr.oxide_compound.oxide_98"),
        ("subject", "measure/ndpr.oxide_compound.oxide_99"),
        ("subject", "floor/"),
        ("time", "2026-04-20T09:00:00"),
        ("time", "2026-04-20"),
        ("time", "2026-04-20 09:00:00Z"),
        ("time", "2026-04-20T09:00:00z"),
        ("time", "2026-04-20T09:00:00+0200"),
        ("time", "2026-04-20T24:00:00Z"),
        ("time", "2026-04-20T23:59:60Z"),
        ("time", "2026-04-20T09:00:00.1234567Z"),
        ("time", "2026-02-30T09:00:00Z"),
        ("time", "20260420T090000Z"),
        ("time", 1776675600),
        ("datacontenttype", "application/cloudevents+json"),
        ("expectedversion", -1),
        ("expectedversion", "3"),
        ("expectedversion", True),
        ("data", []),
        ("data", "{}"),
        ("dataschema", "https://bloc.example/schema"),
        ("data_base64", "e30="),
        ("ce-id", "1"),
    ],
)
def test_an_envelope_that_is_not_ours_is_refused(attribute: str, wrong: object):
    """CloudEvents 1.0 with six attributes, two optional ones, and nothing else."""
    fault = refused(line({**event(FLOOR_SET), attribute: wrong}))
    assert fault.path in (f"$.{attribute}", f'$["{attribute}"]')


@pytest.mark.parametrize("attribute", ["specversion", "id", "source", "type", "subject", "time", "data"])
def test_an_envelope_without_a_required_attribute_is_refused(attribute: str):
    """The answer names the attribute."""
    value = event(FLOOR_SET)
    del value[attribute]
    assert refused(line(value)).path == f"$.{attribute}"


def test_optional_attributes_are_let_through():
    """SDKs send `datacontenttype` unasked; `expectedversion` is the author's own concurrency check."""
    decoded = accepted({**event(FLOOR_SET), "datacontenttype": "application/json", "expectedversion": 0})
    assert decoded.expectedversion == 0
    assert decoded.party == "bloc.secretariat"


def test_a_wrong_subject_is_answered_with_the_right_one():
    """The stream is computed from the payload, so the answer can say what to write."""
    fault = refused(line({**event(FLOOR_SET), "subject": "floor/tungsten.oxide_compound.apt"}))
    assert "floor/ndpr.oxide_compound.oxide_99" in fault.mend


def test_a_misspelt_name_is_answered_with_the_right_one():
    """Types, fields and codes: who is close gets the word."""
    assert (
        "bloc.price_floor.set.v1"
        in refused(line({**event(FLOOR_SET), "type": "bloc.price_flor.set.v1"})).mend
    )
    fault = refused_with(FLOOR_SET, "$.data.effectiv_from", "2026-05-01")
    assert "effective_from" in fault.mend
    assert "full_gap" in refused_with(FLOOR_SET, "$.data.schedule.kind", "half_gap").mend
    assert "ad_valorem" in refused_with(MEASURE, "$.data.duty[0].kind", "percent").mend


# --- the header alone -------------------------------------------------------------------------------


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_a_header_reads_the_same_envelope_and_leaves_the_payload_as_bytes(type_name: str):
    """The ledger needs party, type and stream, and never the meaning."""
    header = decode_header(example_of(type_name))
    whole = accepted(event(type_name))
    assert not isinstance(header, Malformed)
    assert (header.id, header.party, header.type) == (whole.id, whole.party, whole.type)
    assert (header.subject, header.time) == (whole.subject, whole.time)
    assert decode_payload(header.type, header.data) == whole.data


def test_a_header_is_as_strict_about_the_envelope():
    """Twice, unknown, missing, no object, unknown type: refused by the ledger as well."""
    value = event(FLOOR_SET)
    wrong = [
        line({**value, "dataschema": "x"}),
        line({**value, "data": [1]}),
        line({**value, "type": "bloc.price_floor.lifted.v1"}),
        line({**value, "time": "2026-02-30T09:00:00Z"}),
        line(without(value, place_of(value, "$.id"))),
        with_key_twice(value, place_of(value, "$.id")),
        with_key_twice(value, place_of(value, "$.id")).replace(b",", b", "),
        with_key_twice(value, place_of(value, "$.data")),
    ]
    for raw in wrong:
        fault = decode_header(raw)
        assert isinstance(fault, Malformed), raw
        assert fault.path.startswith("$.")
    assert not isinstance(decode_header(json.dumps(value).encode()), Malformed)
