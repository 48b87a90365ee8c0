"""What verification has to say: a fault, which an honest ledger cannot have, and a remark, which a reader should see.

The smallest position wins: an operator who changed one entry usually breaks much behind it, and the auditor
wants to know where it began. Where only a root contradicts, the position is not known, but it is below the size.
"""

from msgspec import Struct


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """The record is not what it claims to be.

    `position` of the entry at fault, None where only a root tells; `field` names what contradicts (`stamp`,
    `signature`, `tile/0/000` …); `through` is the last position of a part whose bytes fail as a whole; `size` that
    of the tree or checkpoint which is violated.
    """

    position: int | None
    field: str
    reason: str
    through: int | None = None
    size: int | None = None

    @property
    def order(self) -> int:
        """Where the fault stands among others: a violated tree behind every entry that it holds."""
        if self.position is not None:
            return self.position
        return 0 if self.size is None else self.size

    @property
    def where(self) -> str:
        """The place in words."""
        if self.position is not None and self.through not in (None, self.position):
            return f"positions {self.position} to {self.through}"
        if self.position is not None:
            return f"position {self.position}"
        return "the checkpoint" if self.size is None else f"size {self.size}"


class Remark(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that an honest ledger may hold and an auditor should read, such as a signature by a key that was
    said to be compromised afterwards."""

    position: int
    field: str
    reason: str


def earliest(*faults: Fault | None) -> Fault | None:
    """The fault that counts: the one with the smallest position; of two at one place, the one named first."""
    return min((fault for fault in faults if fault is not None), key=lambda fault: fault.order, default=None)


def sharpened(of_part: Fault | None, of_leaf: Fault | None) -> Fault | None:
    """The earlier fault; but a leaf that contradicts within a failing part says which of its entries it is."""
    if of_part is None or of_leaf is None or of_part.through is None or of_part.position is None:
        return earliest(of_part, of_leaf)
    if of_leaf.position is not None and of_part.position <= of_leaf.position <= of_part.through:
        return Fault(of_leaf.position, of_leaf.field, f"{of_leaf.reason}; and {of_part.reason}")
    return earliest(of_part, of_leaf)
