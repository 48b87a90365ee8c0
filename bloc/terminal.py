"""What strangers wrote, made safe to show: a ledger, a witness or the sender of a file may be whom a person suspects.

An escape sequence in a reason or a name could paint a verdict of its own over the one that was found.
"""

_LINE_CHARACTERS_MAX = 1_000


def harmless(text: str) -> str:
    """The text without anything that a terminal would obey, and no longer than a person reads."""
    shown = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in text[:_LINE_CHARACTERS_MAX]
    )
    return shown if len(text) <= _LINE_CHARACTERS_MAX else shown + "…"
