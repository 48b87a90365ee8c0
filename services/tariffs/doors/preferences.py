"""What an asker prefers (RFC 7240), read the same way at both doors.

Preferences are wishes: what is unknown or unreadable is passed over, never refused. Of a preference that stands
there twice the first counts (RFC 7240 section 2).
"""

from msgspec import Struct

from contracts.limits import (
    PREFERENCES_CHARACTERS_MAX,
    PROOF_WAIT_SECONDS_DEFAULT,
    WAIT_SECONDS_DEFAULT,
    WAIT_SECONDS_MAX,
)

_DIGITS_MAX = 9


class Preferences(Struct, frozen=True):
    """Seconds to wait for the whole answer, and whether its receipt shall carry cosigned proofs."""

    wait_s: int = WAIT_SECONDS_DEFAULT
    proof: bool = False


def read_preferences(header: str) -> Preferences:
    """Read the value of a `Prefer` header: `wait=N` (RFC 7240 section 4.3) and our own `proof=cosigned`."""
    if not header:
        return _NONE
    found: dict[str, str] = {}
    for preference in header[:PREFERENCES_CHARACTERS_MAX].split(","):
        # Parameters follow after a semicolon; neither of ours has any.
        name, _, value = preference.partition(";")[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    proof = found.get("proof", "").lower() == "cosigned"
    asked = found.get("wait", "")
    if asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS_MAX:
        return Preferences(min(int(asked), WAIT_SECONDS_MAX), proof)
    return Preferences(PROOF_WAIT_SECONDS_DEFAULT if proof else WAIT_SECONDS_DEFAULT, proof)


_NONE = Preferences()
