"""What came to be known after duty had been assessed: whom it touches, and what is due in all.

Every assessment that stands names the entries that it rests on. Where one of those was mended after the assessment was
made, the item is assessed again on everything that is known at the end; the difference is to be refunded or demanded.
So it is where something was recorded later that holds on the item's day, corrects nothing and changes the duty: a
termination told late, a rate published after its day. What was reassessed in the record already rests on all that, and
is not touched any more. Nothing is recorded.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from contracts.decimals import EXACT, plain_text
from services.tariffs.domain.assessment.assess import Assessment, assess_item
from services.tariffs.domain.assessment.bearing import Bearings, newest_late
from services.tariffs.domain.assessment.declared import DeclarationState, ItemState, Standing
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.parts import as_drawn
from services.tariffs.domain.assessment.touched import (
    Mended,
    Outcome,
    mended_after,
    mends_of,
    outcome_of,
    responsible,
)
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
    mended: tuple[int, ...] = ()
    """Positions of the corrections and annulments of what the assessment rests on."""
    late: tuple[int, ...] = ()
    """Positions of what else was recorded later and changed the duty."""

    @property
    def because(self) -> tuple[int, ...]:
        """Positions of all that came later, in order."""
        return tuple(sorted(self.mended + self.late))

    @property
    def member(self) -> str:
        """The member that assessed."""
        return self.stream.split("/")[1]

    def as_finding(self) -> Finding:
        """A notice, at the first entry that touches the item."""
        told = {"is mended at": self.mended, "was recorded late at": self.late}
        later = " and ".join(f"{how} {', '.join(map(str, at))}" for how, at in told.items() if at)
        if self.due is None:
            comes_to = "and cannot be computed any more"
        elif not self.due:
            comes_to = f"and stays {self.assessed} {self.currency}"
        else:
            what = "to be demanded" if self.due > 0 else "to be refunded"
            comes_to = f"and is {self.now} now: {plain_text(abs(self.due))} {self.currency} {what}"
        return Finding(
            kind="corrected_later" if self.mended else "known_later",
            position=self.because[0],
            party=f"{self.importer[0]}:{self.importer[1]}",
            text=f"the duty on item {self.item_no} of {self.stream} was {self.assessed} before what "
            f"{later}, {comes_to}",
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


def touched_later(
    rules: RulesState, mends: Sequence[int], heads: Iterable[tuple[str, StreamHead]]
) -> Iterator[Due]:
    """The items whose duty rests on what was mended later, or is another on what was recorded late. `mends`: positions
    of all corrections and annulments, in order.

    `rules` is the state at the end; `heads` are streams of any kind, of which the declarations are looked at.
    """
    newest = max(newest_late(rules), mends[-1] if mends else -1)
    if newest < 0:
        return
    bearings = Bearings(rules)
    mended: dict[int, Mended] = {}
    for stream, head in heads:
        state = head.state
        if not isinstance(state, DeclarationState) or state.is_invalidated:
            continue
        for number, item in state.items.items():
            duty = item.duty
            if duty is None or duty.known_position >= newest:
                continue
            place = bisect_right(mends, duty.known_position)
            if place not in mended:
                # The same for whatever was assessed since the mend before.
                mended[place] = mended_after(rules, mends[place] - 1) if place < len(mends) else {}
            mends_found = mends_of(mended[place], duty.cites, item.item)
            member = stream.split("/")[1]
            late = bearings.after(duty.known_position, member, state.accepted_at, item.item)
            if mends_found or late:
                due = _again(rules, stream, state, number, item, duty, mends_found, late)
                if due is not None:
                    yield due


def _again(
    rules: RulesState,
    stream: str,
    state: DeclarationState,
    number: int,
    item: ItemState,
    duty: Standing,
    mends: tuple[int, ...],
    late: tuple[int, ...],
) -> Due | None:
    """The item assessed again; None when nothing that it rests on was mended and nothing recorded `late` changes it."""
    member, left = stream.split("/")[1], as_drawn(duty.quota)

    def known_at(position: int) -> Assessment:
        return assess_item(
            rules,
            member=member,
            accepted_at=state.accepted_at,
            item=item.item,
            known_position=position,
            left=left,
        )

    now = known_at(rules.position)
    before, after = Outcome(duty.is_final, state.currency, duty.total), outcome_of(now)
    if not mends and before == after:
        return None
    found = responsible(late, before, after, known_at)
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
        mended=mends,
        late=tuple(at for at in found if at not in mends),
    )
