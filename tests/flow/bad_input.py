"""Everything that a partner can get wrong, as a table: what is sent, and what must be answered.

Each case is sent over both doors. What only HTTP has (headers of the request) is in a table of its own.
"""

import base64
import json
from collections.abc import Callable
from time import time
from typing import Any

from msgspec import Struct

from tests.flow.partner import ORIGIN, Partner, compact
from tests.flow.scene import PORT, TRADE, Scene
from tests.flow.telling import declared, item

Make = Callable[[Scene], bytes]
Sign = Callable[[Scene, bytes], str | None]

HOUR, DAY = 3600, 86_400


class Malformed(Struct, frozen=True):
    """A body that nobody can decide on, signed as it should be: 400 (or 413), with the place of the fault."""

    title: str
    make: Make
    path: str = "$"
    says: str = ""
    line: int | None = 0
    status: int = 400
    slug: str = "malformed"


class Unsigned(Struct, frozen=True):
    """A good body with a signature that does not count: 401, with digest and length of what arrived."""

    title: str
    sign: Sign
    says: str
    slug: str = "bad_signature"


def good(scene: Scene) -> bytes:
    """A declaration that would be recorded."""
    return scene[PORT].body(declared(scene.name("good")))


def _event(scene: Scene, **attributes: object) -> bytes:
    return compact(scene[PORT].event(declared(scene.name("bad")), **attributes))


def _item(**fields: object) -> Make:
    return lambda scene: scene[PORT].body(declared(scene.name("bad"), item() | fields))


def _replaced(old: str, new: str) -> Make:
    """A good event in which a piece of text is replaced, as a careless program would write it."""

    def make(scene: Scene) -> bytes:
        body = good(scene)
        assert body.count(old.encode()) == 1
        return body.replace(old.encode(), new.encode())

    return make


def _ends_midway(scene: Scene) -> bytes:
    return good(scene)[:-40] + b"}"


def _depth_bomb(scene: Scene) -> bytes:
    return good(scene)[:-1] + b',"bomb":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}"


def _array_bomb(scene: Scene) -> bytes:
    event = scene[PORT].event(declared(scene.name("bad")))
    return compact(event | {"data": 0}).replace(b'"data":0', b'"data":' + b"[" * 20_000 + b"]" * 20_000)


def _one_of_a_hundred(scene: Scene) -> bytes:
    lines = [good(scene) for _ in range(100)]
    lines[57] = lines[57].replace(b'"origin":"CN"', b'"origin":"China"')
    return b"\n".join(lines)


def _twice_the_same_id(scene: Scene) -> bytes:
    first = scene[PORT].event(declared(scene.name("bad")))
    second = scene[PORT].event(declared(scene.name("bad")), id=first["id"])
    return compact(first) + b"\n" + compact(second)


def _not_utf8(scene: Scene) -> bytes:
    return good(scene).replace(b"us.irs", b"us.\xff")


def _mass(title: str, value: str, says: str = "") -> Malformed:
    """A net mass that is written like this."""
    make = _replaced('"net_mass":{"value":"12000"', f'"net_mass":{{"value":{value}')
    return Malformed(title, make, "$.data.items[0].net_mass.value", says)


def _customs_value(title: str, amount: str, currency: str, path: str = "") -> Malformed:
    """A customs value of such an amount and currency."""
    make = _item(customs_value={"amount": amount, "currency": currency})
    return Malformed(title, make, f"$.data.items[0].customs_value{path}")


def _too_large(title: str, make: Make, says: str, line: int | None = None) -> Malformed:
    """413 with the limit."""
    return Malformed(title, make, "$", says, line, 413, "too_large")


def _pretty(scene: Scene) -> bytes:
    return json.dumps(json.loads(good(scene)), indent=1).encode()


NOT_LINES_OF_JSON = (
    Malformed("an empty body", lambda _: b"", line=None, says="empty"),
    Malformed("no JSON", lambda _: b"declaration 42", says="no JSON object"),
    Malformed("JSON that ends midway", _ends_midway),
    Malformed("a JSON array of events", lambda s: b"[" + good(s) + b"]", says="array"),
    Malformed("pretty-printed JSON", _pretty, says="one line"),
    Malformed("a carriage return", lambda s: good(s) + b"\r\n", says="CR"),
    Malformed("a byte order mark", lambda s: b"\xef\xbb\xbf" + good(s), line=None, says="byte order mark"),
    Malformed("a blank line", lambda s: good(s) + b"\n\n" + good(s), line=1, says="blank"),
    Malformed("white space around a line", lambda s: b" " + good(s), says="white space"),
    Malformed("bytes that are not UTF-8", _not_utf8),
    Malformed("a depth bomb", _depth_bomb),
    Malformed("a bomb of arrays", _array_bomb),
    _too_large("257 events", lambda s: b"\n".join([good(s)] * 257), "257"),
    _too_large("an event over 60 KiB", lambda s: _event(s, datacontenttype="x" * 61_440), "61440", line=0),
    _too_large("a body over 512 KiB", lambda _: b"x" * 524_289, "524288"),
)
_ORIGIN = "$.data.items[0].origin"
_TWICE = '"specversion":"1.0"'
NO_EVENT = (
    Malformed(
        "an unknown type", lambda s: _event(s, type="bloc.declaration.acepted.v1"), "$.type", "did you mean"
    ),
    Malformed("an unknown attribute", lambda s: _event(s, traceparent="00-1"), "$.traceparent"),
    Malformed("an unknown field", _item(colour="grey"), "$.data.items[0].colour"),
    Malformed("a field that is missing", _replaced('"origin":"CN",', ""), "$.data.items[0]", "origin"),
    Malformed("an attribute that is missing", _replaced(f"{_TWICE},", ""), "$", "specversion"),
    Malformed("null", _item(origin=None), _ORIGIN),
    Malformed("a duplicate key", _replaced('"origin":"CN"', '"origin":"AU","origin":"CN"'), _ORIGIN, "twice"),
    Malformed("a duplicate attribute", _replaced(_TWICE, f"{_TWICE},{_TWICE}"), "$.specversion", "twice"),
    Malformed("a naive time", lambda s: _event(s, time="2026-06-30T23:30:00"), "$.time"),
    Malformed("a naive time in the payload", _replaced("T23:30:00-04:00", "T23:30:00"), "$.data.accepted_at"),
    Malformed("a day that no calendar has", _replaced("2026-06-30T", "2026-06-31T"), "$.data.accepted_at"),
    Malformed("another's stream", lambda s: _event(s, subject="declaration/US/other"), "$.subject"),
    Malformed(
        "an id of another kind", lambda s: _event(s, id="6f9619ff-8b86-4d01-b42d-00cf4fc964ff"), "$.id"
    ),
    Malformed("one id on two lines", _twice_the_same_id, "$.id", "as well", line=1),
    Malformed("one bad event of a hundred", _one_of_a_hundred, _ORIGIN, line=57),
)
NO_DECIMAL = (
    _mass("a float", "12000.5"),
    _mass("an integer for a decimal", "12000"),
    _mass("NaN", "NaN", "NaN"),
    _mass("Infinity", "-Infinity"),
    _mass("NaN as text", '"NaN"'),
    _mass("1e400", "1e400"),
    _mass("1e400 as text", '"1e400"'),
    _mass("a minus where none may be", '"-1"'),
    _mass("a leading zero", '"012000"'),
    _customs_value("a tenth of a cent", "708000.001", "USD"),
    _customs_value("a currency of no country", "708000.00", "USX", ".currency"),
)
MALFORMED = NOT_LINES_OF_JSON + NO_EVENT + NO_DECIMAL
"""Bodies that are wrong by themselves."""


def _by(signer: str, **header: object) -> Sign:
    return lambda scene, body: scene[signer].sign(body, **header)


def _tampered(scene: Scene, body: bytes) -> str:
    return scene[PORT].sign(body + b" ")


def _forged(scene: Scene, body: bytes) -> str:
    """Signed by a stranger in the name of a key that is known."""
    return Partner(PORT).sign(body, kid=scene[PORT].kid)


def _short(scene: Scene, body: bytes) -> str:
    return scene[PORT].sign(body)[:-4]


def _attached(scene: Scene, body: bytes) -> str:
    """A compact JWS with the payload between the dots."""
    return (
        scene[PORT].sign(body).replace("..", f".{base64.urlsafe_b64encode(body[:30]).decode().rstrip('=')}.")
    )


def _stranger(_: Scene, body: bytes) -> str:
    return Partner("xx.stranger").sign(body)


def _iat(seconds: int) -> Sign:
    return lambda scene, body: scene[PORT].sign(body, iat=int(time()) + seconds)


UNSIGNED = (
    Unsigned("no signature", lambda _s, _b: None, "not signed"),
    Unsigned("no JWS at all", lambda _s, _b: "Basic dXM6cG9ydA==", "base64url"),
    Unsigned("a signature cut short", _short, "64 bytes"),
    Unsigned("an attached payload", _attached, "no payload"),
    Unsigned("a signature over other bytes", _tampered, "not over the"),
    Unsigned("a forged signature", _forged, "not over the"),
    Unsigned("a key that nobody registered", _stranger, "no key", "unknown_key"),
    Unsigned("another party's key", _by(TRADE), "belongs to us.trade", "key_not_valid"),
    Unsigned("the aud of another ledger", _by(PORT, aud="other.example/ledger"), "other.example/ledger"),
    Unsigned("the aud as a list", _by(PORT, aud=[ORIGIN]), "cannot be read"),
    Unsigned("another algorithm", _by(PORT, alg="HS256"), "cannot be read"),
    Unsigned("no algorithm", _by(PORT, alg="none"), "cannot be read"),
    Unsigned("a header with more in it", _by(PORT, jku="https://evil.example/keys"), "cannot be read"),
    Unsigned("an encoded payload", _by(PORT, b64=True), "b64"),
    Unsigned("a signature of next hour", _iat(HOUR), "ahead"),
    Unsigned("a signature of eight days ago", _iat(-8 * DAY), "back"),
)
"""Signatures that do not count for a good body."""

HEADERS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("JSON of no kind", {"Content-Type": "application/json"}, "application/json"),
    ("a form", {"Content-Type": "application/x-www-form-urlencoded"}, "form"),
    ("no content type", {"Content-Type": ""}, "no Content-Type"),
    ("a compressed body", {"Content-Encoding": "gzip"}, "gzip"),
    ("CloudEvents in binary mode", {"ce-id": "1", "ce-type": "bloc.founded.v1"}, "ce-"),
)
"""Headers of HTTP that must be answered with 415."""


def answer_is_helpful(document: dict[str, Any]) -> bool:
    """Every problem says what is wrong and what to do next, in words, and has the members of RFC 9457."""
    texts = (document["title"], document["detail"], document["mend"])
    return document["type"].startswith("urn:bloc:problem:") and all(len(text) > 8 for text in texts)
