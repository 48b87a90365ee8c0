"""What a calculation needed and did not know.

A figure that a duty needs and the item does not carry, or a rule that nobody has recorded, is *not known*. It is
never replaced by another one: a floor on the free-at-frontier price that quietly took the invoice instead would
collect a different duty from the one that the act says. `NotKnown` names the field, so that a declaration can be
refused with its path and a quote can say what it lacked.
"""

from typing import Literal

import msgspec

Missing = Literal[
    "member",
    "line",
    "line_mismatch",
    "code",
    "additional_code",
    "base",
    "floor",
    "price_basis",
    "content",
    "exchange_rate",
    "export_day",
    "size",
    "quota",
    "quota_balance",
    "undertaking",
]
"""What was not known: the importing member; the catalogue line (not named, or not one of this code); a code
with enough digits; an additional code by which measures on the goods go; the base duty; the floor; the value that
a price basis reads; the content of a substance; a rate of exchange; the day of exportation whose rate counts.
`size` is a result of more than 18 digits; `quota` a claim to one that is not for the goods, `quota_balance` what is
left of it, `undertaking` one that is not recorded, or of another territory."""


class NotKnown(msgspec.Struct, frozen=True, gc=False):
    """One thing that the calculation needed and that was not known; `field` is its path below the item."""

    what: Missing
    because: str
    field: str = ""
