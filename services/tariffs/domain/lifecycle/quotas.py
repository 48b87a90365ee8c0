"""What an amendment or an invalidation does to the quota that items hold: keep, give back, draw more.

An amended item that asks for no more of the same quota keeps what it was granted and gives back the rest, even when
the quota has ended since; one that asks for more draws the difference in its turn; one that claims another quota, or
none, gives back everything. Nobody jumps the order of recording: what is given back goes to whoever asks next.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from contracts.decimals import EXACT
from contracts.envelope import Event
from contracts.events.declarations import DeclarationItem
from contracts.events.lifecycle import DeclarationAmended, DeclarationInvalidated
from contracts.events.quotas import QuotaShare
from contracts.values import Quantity
from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.assessment.importer import Importer
from services.tariffs.domain.assessment.parts import QuotaLeft, as_drawn
from services.tariffs.domain.judged import Derived
from services.tariffs.domain.quotas.drawing import Balances, after, drawings, left_for, returned
from services.tariffs.domain.quotas.periods import balance_stream, balances_read
from services.tariffs.domain.state import RulesState

Share = QuotaShare | UnsetType


def balances_touched(
    rules: RulesState, state: DeclarationState, data: DeclarationAmended | DeclarationInvalidated
) -> tuple[str, ...]:
    """The balances that an act may change: those that the items hold of, and those that amended items claim.

    None while assessments are awaited: such an act is refused, whatever the balances are.
    """
    if state.importer is None or state.awaited:
        return ()
    amended = data.items if isinstance(data, DeclarationAmended) else ()
    numbers = [item.item_no for item in amended] if amended else list(state.items)
    duties = [state.items[number].duty for number in sorted(numbers) if number in state.items]
    shares = [duty.quota for duty in duties if duty is not None]
    held = (
        balance_stream(share.order_number, share.period_from)
        for share in shares
        if share is not UNSET and share.period_from is not UNSET
    )
    claimed = balances_read(rules, data.member, state.accepted_at, amended, rules.position)
    return tuple(dict.fromkeys((*held, *claimed)))


def left_for_amended(
    rules: RulesState, importer: Importer, item: DeclarationItem, held: Share, balances: Balances
) -> QuotaLeft | None:
    """What an amended item may be granted: what it holds, or that and what is left when it asks for more."""
    asked = item.net_mass.kilograms
    if held is UNSET or item.quota != held.order_number:
        return left_for(rules, item, importer.day, rules.position, balances)
    if asked <= held.drawn.kilograms:
        drawn = as_drawn(held)
        return None if drawn is None else msgspec.structs.replace(drawn, is_drawn=False)
    left = left_for(rules, item, importer.day, rules.position, balances)
    assert left is not None  # the item claims one
    because = f"{exact_text(held.drawn.kilograms)} kg are drawn for it already; {left.because}"
    kilograms = EXACT.add(left.kilograms, held.drawn.kilograms)
    return msgspec.structs.replace(left, kilograms=kilograms, because=because)


def follow_amendment(
    rules: RulesState,
    event: Event[DeclarationAmended],
    held: Share,
    now: Assessment,
    left: QuotaLeft | None,
    balances: Balances,
) -> tuple[Derived, ...]:
    """The return and the drawing that follow from an amended item, given what it held and was granted now."""
    data, number = event.data, now.item_no
    stays = held is not UNSET and now.quota is not None and now.quota.order_number == held.order_number
    found: list[Derived] = []
    if held is not UNSET:
        keeps = now.quota.drawn.kilograms if stays and now.quota is not None else ZERO
        back = returned(
            rules,
            balances,
            held,
            member=data.member,
            reference=data.reference,
            item_no=number,
            cause=event.id,
            keeps=keeps,
        )
        if back is not None:
            found.append(("bloc.quota.returned.v1", back))
    if left is None or now.quota is None:
        return tuple(found)
    share = now.quota
    if stays and held is not UNSET:
        if share.requested.kilograms <= held.drawn.kilograms:
            return tuple(found)
        before = held.drawn.kilograms
        share = msgspec.structs.replace(
            share, requested=_less(share.requested, before), drawn=_less(share.drawn, before)
        )
        left = msgspec.structs.replace(left, kilograms=EXACT.subtract(left.kilograms, before))
    more = msgspec.structs.replace(now, quota=share)
    found.extend(drawings(more, left, reference=data.reference, declaration_event=event.id))
    return tuple(found)


def follow_invalidation(
    rules: RulesState, state: DeclarationState, event: Event[DeclarationInvalidated], balances: Balances
) -> Iterator[Derived]:
    """Everything that the items of an invalidated declaration hold goes back."""
    data = event.data
    for number, item in sorted(state.items.items()):
        if item.duty is None or item.duty.quota is UNSET:
            continue
        back = returned(
            rules,
            balances,
            item.duty.quota,
            member=data.member,
            reference=data.reference,
            item_no=number,
            cause=event.id,
        )
        if back is not None:
            derived: Derived = ("bloc.quota.returned.v1", back)
            balances = after(balances, (derived,))
            yield derived


def _less(quantity: Quantity, kilograms: Decimal) -> Quantity:
    return Quantity(exact_text(EXACT.subtract(quantity.kilograms, kilograms)), "kg")
