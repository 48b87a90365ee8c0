"""How a constrained text of the language is declared: its pattern, its plain words, its mending advice.

msgspec reports a text that does not match as a regular expression, which no customs officer should have to
read. So each text is registered here with the words for it, by its name: two texts may well have one pattern (a key
and its thumbprint, a measure and an act). The decoder looks the words up when it answers.
Patterns end in `END`: Python's `$` also matches before a last line feed, and ECMA's does not.
"""

from collections.abc import Iterable
from itertools import groupby

from msgspec import Meta

END = r"$(?!\n)"


class Shape:
    """What a text must be (`what`) and what its author can do about it (`mend`)."""

    __slots__ = ("mend", "what")

    def __init__(self, what: str, mend: str) -> None:
        self.what = what
        self.mend = mend


SHAPES: dict[str, Shape] = {}
"""Every declared text by its name, which is its title in the published schemas."""


def text(
    name: str,
    pattern: str,
    *,
    what: str,
    mend: str,
    max_length: int | None = None,
    choices: Iterable[str] | None = None,
) -> Meta:
    """Declare a text: `pattern` without anchors; `choices` stand in the JSON Schema instead.

    `max_length` (characters) only where the pattern does not bound the length by itself. Raises ValueError when
    another text has the name.
    """
    if name in SHAPES:
        raise ValueError(f"two texts of the language are called {name}")
    SHAPES[name] = Shape(what, mend)
    extra: dict[str, object] = {"enum": list(choices)} if choices is not None else {}
    return Meta(
        title=name,
        description=f"{what[0].upper()}{what[1:]}.",
        pattern=f"^(?:{pattern}){END}",
        max_length=max_length,
        extra_json_schema=extra,
    )


def code_list(name: str, codes: Iterable[str], *, what: str, mend: str, or_pattern: str = "") -> Meta:
    """Declare a text that is one of a list of codes, or matches a pattern besides.

    A pattern and not `Literal`, so that the Python type stays `str`; grouped by first letter, so that the
    regular expression tries one short branch instead of all two hundred.
    """
    ordered = sorted(set(codes))
    branches = [
        f"{first}(?:{'|'.join(code[1:] for code in group)})"
        for first, group in groupby(ordered, key=lambda code: code[0])
    ]
    if or_pattern:
        return text(name, "|".join((*branches, or_pattern)), what=what, mend=mend)
    return text(name, "|".join(branches), what=what, mend=mend, choices=ordered)


class FieldFault(ValueError):
    """A value whose parts do not fit together; `where` is the path below the value, such as `.amount`.

    Raised by `__post_init__` only. msgspec turns it into a ValidationError with the path of the value, and
    the decoder adds `where`. In our own code it means that we built a value that the language forbids.
    """

    def __init__(self, where: str, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.where = where
        self.reason = reason
        self.mend = mend
