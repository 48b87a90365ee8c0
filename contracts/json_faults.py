"""The slow, exact reader of JSON: it finds the first fault of the text itself, and the path to it.

The typed decoder refuses nearly everything by itself, but it says "invalid character (byte 812)" where a
person needs `$.data.items[3].customs_value.amount`. So when an event is refused, its bytes are read once more
here. Found are the faults of the text (NaN, fractions and exponents, null, a key twice, broken UTF-8, broken
escapes, half surrogate pairs, depth); what a field must hold is not known here.
"""

import json
import re

from contracts.limits import JSON_DEPTH_MAX, VALUE_REPEATED_CHARACTERS_MAX
from contracts.malformed import Malformed

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[+-]?[A-Za-z_]+[A-Za-z0-9_]*")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_LONE_WORDS = {
    "null": (
        "null says nothing here",
        "leave the field out: that is the one way to say that it is not there",
    ),
    "NaN": ("NaN is not JSON and no number", "send no event without the figure"),
    "Infinity": ("Infinity is not JSON and no number", "send no event without the figure"),
    "-Infinity": ("-Infinity is not JSON and no number", "send no event without the figure"),
}


def path_step(key: str) -> str:
    """Write a key as a step of a JSON path: `.amount`, or `["two words"]`."""
    if _PLAIN_KEY.fullmatch(key):
        return f".{shown(key)}"
    return f"[{json.dumps(shown(key))}]"


def shown(found: str) -> str:
    """Shorten what an author wrote, so that an answer stays short whatever was sent."""
    return (
        found if len(found) <= VALUE_REPEATED_CHARACTERS_MAX else found[:VALUE_REPEATED_CHARACTERS_MAX] + "…"
    )


def find_json_fault(raw: bytes) -> Malformed | None:
    """Find the first fault of the text of `raw`, or None when it is sound JSON without null and fractions."""
    reader = _Reader(raw.decode("utf-8", errors="surrogateescape"))
    try:
        reader.read_document()
    except _FaultFoundError as found:
        return found.malformed
    return None


class _FaultFoundError(Exception):
    """Carries the fault out of the recursion; never leaves this module."""

    def __init__(self, path: str, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.malformed = Malformed(path, reason, mend)


class _Reader:
    """A recursive descent over RFC 8259; its depth is bounded, and so is its recursion."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read_document(self) -> None:
        self._value("$", 0)
        if self._at < len(self._text):
            raise self._unexpected("$", "the end of the event")

    def _value(self, path: str, depth: int) -> None:
        if depth > JSON_DEPTH_MAX:
            raise _FaultFoundError(
                path,
                f"nested deeper than {JSON_DEPTH_MAX} levels",
                "no event of the language needs that; see the schema of its type",
            )
        self._skip_space()
        first = self._text[self._at : self._at + 1]
        if first == "{":
            self._object(path, depth)
        elif first == "[":
            self._array(path, depth)
        elif first == '"':
            self._string(path)
        elif first.isdecimal() or (first == "-" and self._text[self._at + 1 : self._at + 2].isdecimal()):
            self._number(path)
        else:
            self._word(path)
        self._skip_space()

    def _object(self, path: str, depth: int) -> None:
        self._at += 1
        self._skip_space()
        if self._take("}"):
            return
        keys: set[str] = set()
        while True:
            self._skip_space()
            if self._text[self._at : self._at + 1] != '"':
                raise self._unexpected(path, "a field name in double quotes")
            key = self._string(path)
            below = path + path_step(key)
            if key in keys:
                raise _FaultFoundError(
                    below,
                    "the field is there twice",
                    "keep one of the two: readers differ in which one they take",
                )
            keys.add(key)
            self._skip_space()
            if not self._take(":"):
                raise self._unexpected(below, "a colon")
            self._value(below, depth + 1)
            if self._take("}"):
                return
            if not self._take(","):
                raise self._unexpected(path, "a comma or a closing brace")

    def _array(self, path: str, depth: int) -> None:
        self._at += 1
        self._skip_space()
        if self._take("]"):
            return
        index = 0
        while True:
            self._value(f"{path}[{index}]", depth + 1)
            if self._take("]"):
                return
            if not self._take(","):
                raise self._unexpected(path, "a comma or a closing bracket")
            index += 1

    def _string(self, path: str) -> str:
        match = _STRING.match(self._text, self._at)
        if match is None:
            raise _FaultFoundError(
                path,
                f"a string without end, or with a control character or broken escape ({self._where()})",
                "write the event with a JSON library; line breaks inside texts are not allowed",
            )
        if _NOT_UTF8.search(match.group()):
            raise _FaultFoundError(
                path, "bytes that are not UTF-8", "write the event in UTF-8 and sign it again"
            )
        value = str(json.loads(match.group()))
        if _HALF_PAIR.search(value):
            raise _FaultFoundError(
                path, "half of a surrogate pair, which is no character", "write the character itself in UTF-8"
            )
        self._at = match.end()
        return value

    def _number(self, path: str) -> None:
        match = _NUMBER.match(self._text, self._at)
        if match is None:
            raise self._unexpected(path, "a number")
        if match.group(1) or match.group(2):
            raise _FaultFoundError(
                path,
                f"{shown(match.group())} is a JSON number with a fraction or an exponent",
                'a decimal is a string such as "3.7"; an integer has neither point nor exponent',
            )
        self._at = match.end()

    def _word(self, path: str) -> None:
        match = _WORD.match(self._text, self._at)
        word = match.group() if match else ""
        if word in _LONE_WORDS:
            reason, mend = _LONE_WORDS[word]
            raise _FaultFoundError(path, reason, mend)
        if word not in ("true", "false"):
            raise self._unexpected(path, "a JSON value")
        self._at += len(word)

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _take(self, mark: str) -> bool:
        if self._text.startswith(mark, self._at):
            self._at += 1
            return True
        return False

    def _where(self) -> str:
        return f"character {self._at}"

    def _unexpected(self, path: str, wanted: str) -> _FaultFoundError:
        rest = self._text[self._at : self._at + 1]
        found = "the text ends" if not rest else f"found {json.dumps(rest)}"
        return _FaultFoundError(
            path,
            f"not JSON: wanted {wanted}, {found} ({self._where()})",
            "write the event with a JSON library, as one object on one line",
        )
