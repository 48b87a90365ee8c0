"""Drawing on a quota and giving back: what is left for an item, and the events that follow.

Order of recording is the order of drawing (in place of the order of acceptance of UCC-IA, article 51: the ledger has
one order, and nobody can jump it by an earlier date). A request is met as far as the balance goes, and the rest is
cut off for good: what another gives back later goes to whoever asks next.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.events.declarations import DeclarationItem
from contracts.events.quotas import QuotaDrawn, QuotaExhausted, QuotaReturned, QuotaShare
from contracts.values import Quantity
from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.assessment.parts import QuotaLeft
from services.tariffs.domain.histories.timeline import NotKnown
from services.tariffs.domain.judged import Derived
from services.tariffs.domain.state import RulesState

from .balance import BalanceState, with_payload
from .periods import Period, balance_stream, opened_as, period_on

Balances = Mapping[str, BalanceState]
"""Stream of a period → what was drawn of it. One that is missing is empty."""

NO_POSITION = -1


def left_for(
    rules: RulesState, item: DeclarationItem, day: date, position: int, balances: Balances
) -> QuotaLeft | None:
    """What the quota that an item claims has left on V = `day` as known at K; None when the item claims none."""
    if item.quota is UNSET:
        return None
    period = period_on(rules, item.quota, day, position)
    if isinstance(period, Period):
        balance = balances.get(period.stream, BalanceState())
        volume = period.volume
        because = (
            f"of {volume.value} {volume.unit} from {period.terms.effective_from} to before "
            f"{period.terms.effective_to}, {exact_text(balance.held)} kg are drawn"
        )
        start = period.terms.effective_from
        return QuotaLeft(item.quota, period.left(balance.held), because, start, period.says_so)
    position_of_act = None if isinstance(period, NotKnown) else period.act.says_so
    return QuotaLeft(item.quota, ZERO, f"no period is open: {period.because}", position=position_of_act)


def drawings(
    assessment: Assessment, left: QuotaLeft | None, *, reference: str, declaration_event: str
) -> tuple[Derived, ...]:
    """What follows from what an item was granted: the drawing, and the end of the quota if it took the last of it.

    A request that gets nothing is recorded too, or nobody could say who was cut off; not so one on a day on which no
    period is open, because there is no balance that it was made of.
    """
    share = assessment.quota
    if share is None or left is None or share.period_from is UNSET:
        return ()
    drawn = share.drawn.number
    balance = EXACT.subtract(left.kilograms, drawn)
    drawing = QuotaDrawn(
        order_number=share.order_number,
        period_from=share.period_from,
        member=assessment.member,
        reference=reference,
        declaration_event=declaration_event,
        item_no=assessment.item_no,
        requested=share.requested,
        drawn=share.drawn,
        balance=_kilograms(balance),
    )
    found: tuple[Derived, ...] = (("bloc.quota.drawn.v1", drawing),)
    if balance or not drawn:
        return found
    last = QuotaExhausted(
        order_number=share.order_number,
        period_from=share.period_from,
        member=assessment.member,
        reference=reference,
        declaration_event=declaration_event,
        item_no=assessment.item_no,
        short=_kilograms(EXACT.subtract(share.requested.number, drawn)),
    )
    return (*found, ("bloc.quota.exhausted.v1", last))


def after(balances: Balances, derived: Iterable[Derived]) -> Balances:
    """The balances once these events are recorded; a draft sees them before the ledger does, at no position yet."""
    moved = dict(balances)
    for _, data in derived:
        if isinstance(data, QuotaDrawn | QuotaReturned):
            stream = balance_stream(data.order_number, data.period_from)
            moved[stream] = with_payload(moved.get(stream, BalanceState()), NO_POSITION, data)
    return moved


def returned(
    rules: RulesState,
    balances: Balances,
    share: QuotaShare,
    *,
    member: str,
    reference: str,
    item_no: int,
    cause: str,
    keeps: Decimal = ZERO,
) -> QuotaReturned | None:
    """What an item gives back of what it holds, keeping `keeps` kilograms; None when it holds no more than that.

    `cause` is the event because of which it does: the amendment or the invalidation of its declaration.
    """
    if share.period_from is UNSET:
        return None
    balance = balances.get(balance_stream(share.order_number, share.period_from), BalanceState())
    back = EXACT.subtract(balance.held_by(member, reference, item_no), keeps)
    if back <= ZERO:
        return None
    period = period_on(rules, share.order_number, share.period_from, rules.position)
    if isinstance(period, Period):  # what is left then is left of the volume that it came to have
        period = opened_as(rules, share.order_number, period.act, date.max, rules.position)
    held = EXACT.subtract(balance.held, back)
    return QuotaReturned(
        order_number=share.order_number,
        period_from=share.period_from,
        member=member,
        reference=reference,
        item_no=item_no,
        quantity=_kilograms(back),
        balance=_kilograms(period.left(held) if isinstance(period, Period) else ZERO),
        cause=cause,
    )


def _kilograms(kilograms: Decimal) -> Quantity:
    return Quantity(exact_text(kilograms), "kg")
