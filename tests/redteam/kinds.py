"""Every kind of edit, and what it leaves behind for an auditor without any checkpoint: the table of the red team.

`ENTRY`: the entry itself contradicts, and is named. `NEIGHBOUR`: it or the one beside it. `PART`, `DRAFT`: the part or
the draft, by its first position or any up to the entry. `LATER`: what rests on it, further on. `NOTHING`: the record is
in order; only a checkpoint tells that it is another one. Where hashes were left as they were, every kind is named at
the very entry; an operator who rewrites them is found as the table says, or else by the oldest violated checkpoint.
"""

from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from tests.redteam import event_edits, order_edits, stamp_edits
from tests.redteam.scene import Edit, Scene


class Leaves(Enum):
    """What an edit leaves behind in the entries: how many positions the named one may be away from the first change,
    before it and behind it; None for nothing at all."""

    ENTRY = (0, 0)
    NEIGHBOUR = (1, 1)
    PART = (60, 60)
    DRAFT = (120, 121)
    LATER = (0, 10_000)
    NOTHING = None


class Kind(Struct, frozen=True):
    """A kind of edit. `maybe`: the same kind of edit may also leave nothing, where nothing later rests on it."""

    edit: Callable[[Scene], Edit]
    leaves: Leaves
    maybe: bool = False

    @property
    def name(self) -> str:
        """The function's name."""
        return self.edit.__name__


KINDS = (
    Kind(stamp_edits.time_of_one, Leaves.NEIGHBOUR),
    Kind(stamp_edits.time_of_a_draft, Leaves.NOTHING),
    Kind(stamp_edits.time_from_a_draft_on, Leaves.NOTHING),
    Kind(stamp_edits.time_by_weeks, Leaves.ENTRY),
    Kind(stamp_edits.time_before_the_draft_before, Leaves.ENTRY),
    Kind(stamp_edits.stream_of_one, Leaves.ENTRY),
    Kind(stamp_edits.version_of_one, Leaves.ENTRY),
    Kind(stamp_edits.position_of_one, Leaves.ENTRY),
    Kind(stamp_edits.draft_of_one, Leaves.NEIGHBOUR),
    Kind(stamp_edits.sequence_of_a_draft, Leaves.ENTRY),
    Kind(stamp_edits.sequences_from_a_draft_on, Leaves.NOTHING),
    Kind(stamp_edits.incarnation_of_a_draft, Leaves.LATER),
    Kind(stamp_edits.digest_of_one, Leaves.NEIGHBOUR),
    Kind(stamp_edits.digest_of_a_part, Leaves.ENTRY),
    Kind(stamp_edits.count_of_one, Leaves.DRAFT),
    Kind(stamp_edits.line_feed_of_one, Leaves.NEIGHBOUR),
    Kind(stamp_edits.line_feed_of_a_part, Leaves.DRAFT),
    Kind(stamp_edits.signature_or_decision_added, Leaves.ENTRY),
    Kind(stamp_edits.spelling_of_one, Leaves.ENTRY),
    Kind(event_edits.byte_of_an_event, Leaves.PART),
    Kind(event_edits.value_in_an_event, Leaves.PART),
    Kind(event_edits.member_of_an_event, Leaves.PART),
    Kind(event_edits.key_twice_in_an_event, Leaves.PART),
    Kind(event_edits.event_with_its_digest, Leaves.DRAFT),
    Kind(event_edits.part_signed_by_another, Leaves.PART),
    Kind(event_edits.signature, Leaves.ENTRY),
    Kind(event_edits.decision, Leaves.ENTRY),
    Kind(event_edits.decision_made_anew, Leaves.NOTHING),
    Kind(event_edits.decision_that_knew_the_future, Leaves.ENTRY),
    Kind(event_edits.derived_made_anew, Leaves.NOTHING),
    Kind(event_edits.derived_in_anothers_name, Leaves.DRAFT),
    Kind(event_edits.derived_without_its_decision, Leaves.DRAFT),
    Kind(order_edits.one_deleted, Leaves.NEIGHBOUR),
    Kind(order_edits.draft_deleted, Leaves.LATER, maybe=True),
    Kind(order_edits.draft_deleted_without_a_seam, Leaves.NOTHING),
    Kind(order_edits.registration_deleted, Leaves.LATER),
    Kind(order_edits.one_inserted, Leaves.NEIGHBOUR),
    Kind(order_edits.two_swapped, Leaves.NEIGHBOUR),
    Kind(order_edits.drafts_swapped, Leaves.DRAFT),
    Kind(order_edits.drafts_swapped_without_a_seam, Leaves.NOTHING),
    Kind(order_edits.tail_cut, Leaves.NOTHING),
    Kind(order_edits.tail_cut_within_a_draft, Leaves.NEIGHBOUR),
    Kind(order_edits.posted_again, Leaves.ENTRY),
    Kind(order_edits.derived_alone, Leaves.ENTRY),
    Kind(order_edits.refusal_made_up, Leaves.NOTHING),
    Kind(order_edits.derived_dropped, Leaves.DRAFT),
    Kind(order_edits.derived_dropped_and_decided, Leaves.NOTHING),
)


def keeps_to(kind: Kind, edit: Edit) -> bool:
    """Whether an edit leaves no more and no less behind than the table says of its kind."""
    reach = kind.leaves.value
    if edit.evident is None:
        return reach is None or kind.maybe
    if reach is None:
        return False
    before, behind = reach
    return edit.first - before <= edit.evident.start and edit.evident[-1] <= edit.first + behind
