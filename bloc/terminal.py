"""What strangers wrote, made safe to show: a ledger, a witness or the sender of a file may be whom a person suspects.

An escape sequence in a reason or a name could paint a verdict of its own over the one that was found.
"""

import textwrap
from collections.abc import Iterable

_LINE_CHARACTERS_MAX = 1_000


def harmless(text: str) -> str:
    """The text without anything that a terminal would obey, and no longer than a person reads."""
    shown = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in text[:_LINE_CHARACTERS_MAX]
    )
    return shown if len(text) <= _LINE_CHARACTERS_MAX else shown + "…"


def hanging(text: str, first: str, width: int) -> str:
    """A paragraph that begins with `first` and goes on below it, indented as far; words are not broken."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def packed(parts: Iterable[str], first: str, width: int) -> str:
    """Parts with commas between them, on as few lines as hold them whole; after `first`, and indented as far."""
    lines: list[str] = []
    for part in parts:
        if lines and len(first) + len(lines[-1]) + 2 + len(part) < width:
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return f",\n{' ' * len(first)}".join(lines).join((first, ""))
