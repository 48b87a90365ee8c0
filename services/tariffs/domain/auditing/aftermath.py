"""What was corrected or annulled after duty had been assessed on it: whom it touches, and what is due in all.

Every assessment that stands names the entries that it rests on. Where one of those was mended after the assessment was
made, the item is assessed again on everything that is known at the end; the difference is to be refunded or demanded.
What was reassessed in the record already rests on the correction, and is not touched any more. Nothing is recorded.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from contracts.decimals import EXACT, plain_text
from services.tariffs.domain.assessment.assess import assess_item
from services.tariffs.domain.assessment.declared import DeclarationState, ItemState, Standing
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.parts import as_drawn
from services.tariffs.domain.assessment.touched import Mended, mended_after, mends_of
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.world import StreamHead

from .findings import Finding


class Due(Struct, frozen=True):
    """The difference on one item: `due` is to be demanded, below zero refunded; None while it cannot be known."""

    stream: str
    item_no: int
    importer: tuple[str, str]
    """Scheme and id."""
    currency: str
    assessed: str
    now: str
    due: Decimal | None
    because: tuple[int, ...]
    """Positions of the corrections and annulments."""

    @property
    def member(self) -> str:
        """The member that assessed."""
        return self.stream.split("/")[1]

    def as_finding(self) -> Finding:
        """A notice, at the first correction that touches the item."""
        corrections = ", ".join(map(str, self.because))
        if self.due is None:
            comes_to = "and cannot be computed any more"
        elif not self.due:
            comes_to = f"and stays {self.assessed} {self.currency}"
        else:
            what = "to be demanded" if self.due > 0 else "to be refunded"
            comes_to = f"and is {self.now} now: {plain_text(abs(self.due))} {self.currency} {what}"
        return Finding(
            kind="corrected_later",
            position=self.because[0],
            party=f"{self.importer[0]}:{self.importer[1]}",
            text=f"the duty on item {self.item_no} of {self.stream} was {self.assessed} before what is mended at "
            f"{corrections}, {comes_to}",
            path=f"{self.stream}#{self.item_no}",
            expected=self.now,
            recorded=self.assessed,
        )


class Sum(Struct):
    """What is due in all from or to one importer."""

    items: int = 0
    unknown: int = 0
    refunds: Decimal = ZERO
    demands: Decimal = ZERO

    def add(self, one: Due) -> None:
        """Count one item."""
        self.items += 1
        if one.due is None:
            self.unknown += 1
        elif one.due < 0:
            self.refunds = EXACT.subtract(self.refunds, one.due)
        else:
            self.demands = EXACT.add(self.demands, one.due)

    def join(self, other: "Sum") -> None:
        """Add what was counted elsewhere."""
        self.items += other.items
        self.unknown += other.unknown
        self.refunds = EXACT.add(self.refunds, other.refunds)
        self.demands = EXACT.add(self.demands, other.demands)


def corrected_later(
    rules: RulesState, mends: Sequence[int], heads: Iterable[tuple[str, StreamHead]]
) -> Iterator[Due]:
    """The items that rest on what was mended later. `mends`: positions of all corrections and annulments, in order.

    `rules` is the state at the end; `heads` are streams of any kind, of which the declarations are looked at.
    """
    if not mends:
        return
    mended: dict[int, Mended] = {}
    for stream, head in heads:
        state = head.state
        if not isinstance(state, DeclarationState) or state.is_invalidated:
            continue
        for number, item in state.items.items():
            duty = item.duty
            place = len(mends) if duty is None else bisect_right(mends, duty.known_position)
            if duty is None or place == len(mends):
                continue
            if place not in mended:
                # The same for whatever was assessed since the mend before.
                mended[place] = mended_after(rules, mends[place] - 1)
            because = mends_of(mended[place], duty.cites, item.item)
            if because:
                yield _again(rules, stream, state, number, item, duty, because)


def _again(
    rules: RulesState,
    stream: str,
    state: DeclarationState,
    number: int,
    item: ItemState,
    duty: Standing,
    because: tuple[int, ...],
) -> Due:
    now = assess_item(
        rules,
        member=stream.split("/")[1],
        accepted_at=state.accepted_at,
        item=item.item,
        known_position=rules.position,
        left=as_drawn(duty.quota),
    )
    assert state.importer is not None  # a declaration with items was accepted
    is_known = now.status == "final" and now.currency == state.currency
    return Due(
        stream=stream,
        item_no=number,
        importer=(state.importer.scheme, state.importer.id),
        currency=state.currency,
        assessed=duty.total,
        now=now.total if is_known else "",
        due=EXACT.subtract(Decimal(now.total), Decimal(duty.total)) if is_known else None,
        because=because,
    )
