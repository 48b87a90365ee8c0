"""The two spellings that all formats of a transparency log share: base64 and decimal numbers.

Each value has exactly one spelling here. A reader that is lenient (unpadded base64, stray bits in the last
character, a leading zero) lets one signature or one proof be written in many ways, and then two parties can
hold different bytes of "the same" checkpoint. So what does not come out again as it went in is no value.
"""

import re
from base64 import b64encode
from binascii import Error, a2b_base64, b2a_base64

from contracts.limits import TREE_SIZE_MAX
from contracts.tlog.tree import HASH_BYTES

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def base64(raw: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4)."""
    return b64encode(raw).decode("ascii")


def read_base64(text: str) -> bytes | None:
    """The bytes of canonical standard base64, or None when `text` is anything else."""
    try:
        raw = a2b_base64(text)
    except (Error, ValueError):  # the second one for characters beyond ASCII
        return None
    # The decoder skips what is not of the alphabet, and stray bits: only the way back shows them.
    return raw if b2a_base64(raw, newline=False) == text.encode("ascii") else None


def read_hash(text: str) -> bytes | None:
    """The 32 bytes of a SHA-256 hash in canonical base64, or None."""
    raw = read_base64(text)
    return raw if raw is not None and len(raw) == HASH_BYTES else None


def read_decimal(text: str) -> int | None:
    """A number from 0 to TREE_SIZE_MAX in ASCII decimal without leading zeros, or None."""
    if _DECIMAL.fullmatch(text) is None:
        return None
    number = int(text)
    return number if number <= TREE_SIZE_MAX else None
