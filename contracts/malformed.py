"""The one answer to input that is not what it claims to be: where, why, and how to mend it.

Bad input is a returned value, never an exception (an exception means that we broke our own invariant). This
lives in a module of its own because the body splitter, the draft decoder and the event decoder all return
it, and none of them should import another for the sake of one class.
"""

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that cannot be read as the type that was asked for: no JSON or of another shape, not
UTF-8, nested without end. Whoever decodes bytes from outside catches all three, or one bad byte is a crash."""


class Malformed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with bytes that came from outside.

    `path` is a JSON path (`$.data.price.amount`), or `$` for the whole; `reason` says what is wrong and
    `mend` what the sender should do next; `line` counts the lines of a body from 0 as the stamp does, None
    when the fault belongs to the body as a whole.
    """

    path: str
    reason: str
    mend: str
    line: int | None = None


class UnknownType(Malformed, frozen=True, forbid_unknown_fields=True):
    """An event of a type that this release does not have: it is wrong, or of a newer release."""


class TooLarge(Malformed, frozen=True, forbid_unknown_fields=True):
    """A fault of size only: the same answer, but HTTP 413 in place of 400 (RFC 9110 section 15.5.14)."""
