"""What comes of judging one event that has more to it than rules: what it breaks, or what follows from it.

Violations and consequences come from one pass. A duty that cannot be computed is itself the broken rule, so
asking twice would compute everything twice and could disagree.
"""

import msgspec

from contracts.events.payload import Payload
from services.tariffs.domain.rule import Violation

Derived = tuple[str, Payload]
"""Type and payload of an event written in the same draft; `decide` makes the envelope."""


class Judged(msgspec.Struct, frozen=True, gc=False):
    """The rules that an event breaks, in order of precedence; or what is derived from it if none."""

    violations: tuple[Violation, ...]
    derived: tuple[Derived, ...]
