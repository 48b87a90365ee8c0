"""What a pattern says: who, on which line, what was found, and some of the declarations to look at."""

from typing import Literal

from msgspec import Struct

from .weightiest import Named

Pattern = Literal["price_just_above", "origin_shift", "splitting", "lowered_later"]


class Suspicion(Struct, frozen=True):
    """Something to look into, never a verdict. `company` is an exporter or importer by scheme and id."""

    pattern: Pattern
    line: str
    company: str
    because: str
    items: int
    examples: tuple[Named, ...]
