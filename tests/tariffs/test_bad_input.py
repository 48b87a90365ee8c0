"""Everything that can be wrong with a submission gets a clear answer, and none of it is recorded."""

import pytest

from contracts.identity.keys import SigningKey
from tests.tariffs.events import changed, declaration, event, measure, new_id
from tests.tariffs.partners import Partners

GOOD = declaration("BAD-INPUT-1")


async def size_of(chile: Partners) -> int:
    async with chile.client() as bloc:
        return (await bloc.head())["size"]


MALFORMED = {
    "no JSON": (b"{not json}", "$"),
    "a JSON array": (b"[" + GOOD + b"]", "$"),
    "printed over several lines": (GOOD.replace(b'{"specversion"', b'{\n "specversion"', 1), "$"),
    "a blank line": (GOOD + b"\n\n" + GOOD, "$"),
    "white space around the event": (b" " + GOOD, "$"),
    "a carriage return": (GOOD + b"\r\n", "$"),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, "$"),
    "an empty body": (b"", "$"),
    "bytes that are no UTF-8": (GOOD.replace(b"BAD-INPUT-1", b"BAD\xff\xfe", 1), "$"),
    "an unknown type": (changed(GOOD, type="bloc.gift.received.v1"), "$.type"),
    "an unknown field": (GOOD.replace(b'"origin":', b'"colour":"red","origin":', 1), "$.data.items[0]"),
    "a float": (GOOD.replace(b'"item_no":1', b'"item_no":1.0', 1), "$.data.items[0].item_no"),
    "NaN": (GOOD.replace(b'"1000.00"', b'"NaN"', 1), "$.data.items[0].customs_value.amount"),
    "an exponent": (GOOD.replace(b'"1000.00"', b'"1e400"', 1), "$.data.items[0].customs_value.amount"),
    "null": (GOOD.replace(b'"origin":"CN"', b'"origin":null', 1), "$.data.items[0].origin"),
    "a key that stands twice": (GOOD.replace(b'"origin":"CN"', b'"origin":"CN","origin":"CL"', 1), "$.data"),
    "a time without offset": (changed(GOOD, time="2026-06-30T12:00:00"), "$.time"),
    "a day that does not exist": (
        GOOD.replace(b"2026-06-30T12:00:00-04:00", b"2026-02-30T12:00:00-04:00", 1),
        "$.data.accepted_at",
    ),
    "a depth bomb": (GOOD.replace(b'"origin":"CN"', b'"origin":' + b"[" * 20_000 + b"]" * 20_000, 1), "$"),
    "the stream of another event": (changed(GOOD, subject="declaration/CL/OTHER"), "$.subject"),
    "an id that is no UUIDv7": (changed(GOOD, id="12345678-1234-4234-8234-123456789012"), "$.id"),
}


@pytest.mark.parametrize("what", MALFORMED)
async def test_malformed_input_is_refused_with_the_path_of_the_fault(chile: Partners, what: str):
    """400 with path, reason and the way to mend it; nothing is recorded."""
    body, path = MALFORMED[what]
    before = await size_of(chile)
    answer = await chile.send(body, chile.sign("cl.customs", body))
    assert (answer.status, answer.slug) == (400, "malformed"), answer
    assert answer.document["path"].startswith(path), answer
    assert answer.document["detail"]
    assert answer.document["mend"]
    assert await size_of(chile) == before


async def test_one_bad_event_of_a_hundred_refuses_them_all_and_is_named(chile: Partners):
    """Line 57 is broken: the answer names it, and none of the other 99 is recorded."""
    lines = [declaration(f"HUNDRED-{number}") for number in range(100)]
    lines[57] = lines[57].replace(b'"unit":"kg"', b'"unit":"pounds"', 1)
    before = await size_of(chile)
    answer = await chile.post("cl.customs", *lines)
    assert (answer.status, answer.document["line"]) == (400, 57)
    assert answer.document["path"] == "$.data.items[0].net_mass.unit"
    assert await size_of(chile) == before


async def test_one_id_twice_in_a_body_is_malformed(chile: Partners):
    """Two events of one submission need two ids."""
    one, two = declaration("TWICE-1"), declaration("TWICE-2")
    identifier = new_id()
    answer = await chile.post("cl.customs", changed(one, id=identifier), changed(two, id=identifier))
    assert (answer.status, answer.document["line"], answer.document["path"]) == (400, 1, "$.id")


async def test_what_is_too_large_is_413(chile: Partners):
    """An event over 60 KiB, a body of 257 events, and a body over 512 KiB."""
    note = "x" * 70_000
    large = GOOD.replace(b'"76.086.428-5"', f'"{note}"'.encode(), 1)
    assert (await chile.post("cl.customs", large)).status == 413
    assert (await chile.post("cl.customs", *[declaration(f"MANY-{n}") for n in range(257)])).status == 413
    assert (await chile.post("cl.customs", *[large] * 9)).status == 413


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"Content-Type": "text/plain"}, "text/plain"),
        ({"Content-Type": "application/json"}, "application/json"),
        ({"Content-Encoding": "gzip"}, "gzip"),
        ({"ce-type": "bloc.declaration.accepted.v1"}, "ce-"),
    ],
)
async def test_another_form_of_body_is_415(chile: Partners, headers: dict[str, str], says: str):
    """Only structured, uncompressed events are taken, because the signature is over exactly these bytes."""
    answer = await chile.send(GOOD, chile.sign("cl.customs", GOOD), headers=headers)
    assert answer.status == 415
    assert says in answer.document["detail"]


async def test_both_media_types_and_a_charset_are_taken(chile: Partners):
    """`application/cloudevents+json; charset=utf-8` is what SDKs send."""
    body = declaration("MEDIA-TYPE-1")
    headers = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
    assert (await chile.send(body, chile.sign("cl.customs", body), headers=headers)).status == 201


async def test_a_final_line_feed_is_signed_and_recorded(chile: Partners):
    """Editors write one; it belongs to the body."""
    body = declaration("FINAL-LF-1") + b"\n"
    answer = await chile.send(body, chile.sign("cl.customs", body))
    assert answer.status == 201


async def test_unsigned_is_401_and_says_how_to_sign(chile: Partners):
    """No header at all."""
    answer = await chile.send(GOOD, None)
    assert (answer.status, answer.slug) == (401, "bad_signature")
    assert "Bloc-Signature" in answer.document["mend"]


async def test_a_signature_over_other_bytes_names_what_arrived(chile: Partners):
    """curl -d strips line ends: digest and length of the received bytes tell the sender so."""
    sent = b"\n".join([declaration("STRIPPED-1"), declaration("STRIPPED-2")])
    answer = await chile.send(sent, chile.sign("cl.customs", sent + b"\n"))
    assert (answer.status, answer.slug) == (401, "bad_signature")
    assert answer.document["length"] == len(sent)
    assert len(answer.document["digest"]) == 64


async def test_a_forged_signature_is_401(chile: Partners):
    """The header of one party with the signature of another key."""
    header = chile.sign("cl.customs", GOOD).partition("..")[0]
    forged = header + ".." + chile.sign("cl.trade", GOOD).partition("..")[2]
    answer = await chile.send(GOOD, forged)
    assert (answer.status, answer.slug) == (401, "bad_signature")


async def test_an_unknown_key_is_401(chile: Partners):
    """A key that nobody registered, also after reading the newest entries."""
    chile.keys["stranger"] = SigningKey.generate()
    answer = await chile.post("cl.customs", GOOD, key="stranger")
    assert (answer.status, answer.slug) == (401, "unknown_key")
    assert chile.keys["stranger"].kid in answer.document["detail"]


async def test_a_key_of_another_party_cannot_speak_for_this_one(chile: Partners):
    """`source` must be the signer."""
    answer = await chile.post("cl.customs", GOOD, key="cl.trade")
    assert (answer.status, answer.slug) == (401, "key_not_valid")
    assert "cl.trade" in answer.document["detail"]


async def test_a_signature_for_another_ledger_is_401(chile: Partners):
    """`aud` is the origin of one ledger, so that a submission cannot be replayed on another."""
    answer = await chile.send(GOOD, chile.sign("cl.customs", GOOD, audience="other.example/ledger"))
    assert (answer.status, answer.slug) == (401, "bad_signature")
    assert chile.origin in answer.document["mend"]


@pytest.mark.parametrize("ago_seconds", [8 * 24 * 3600, -600])
async def test_an_old_or_future_signature_is_401(chile: Partners, ago_seconds: int):
    """`iat` must lie within seven days back and five minutes ahead."""
    answer = await chile.send(GOOD, chile.sign("cl.customs", GOOD, ago_seconds=ago_seconds))
    assert (answer.status, answer.slug) == (401, "bad_signature")
    assert "iat" in answer.document["detail"]


async def test_a_party_without_mandate_is_403_with_the_rule(chile: Partners):
    """Customs may not set duties; the refusal is recorded and says where."""
    body = measure("not-mine", prefix="8505").replace(b"/parties/cl.trade", b"/parties/cl.customs")
    answer = await chile.send(body, chile.sign("cl.customs", body))
    assert (answer.status, answer.slug, answer.document["rule"]) == (403, "no_mandate", "MND-1")
    assert answer.document["position"] >= 0


async def test_a_derived_event_cannot_be_posted(chile: Partners):
    """Nobody posts a refusal but the service itself."""
    body = event(
        "cl.customs",
        "submission.refused",
        submission="0" * 64,
        party="cl.trade",
        broken=[{"rule": "MND-1", "text": "No.", "event": new_id(), "path": "$"}],
        ruleset="2026.1",
        known_position=0,
    )
    answer = await chile.post("cl.customs", body)
    assert answer.status in (403, 422)
    assert "MND-3" in [broken["rule"] for broken in answer.document["broken"]]
