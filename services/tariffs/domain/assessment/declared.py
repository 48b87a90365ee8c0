"""A declaration as its stream tells it: its items in force, the assessment that stands of each, and the account.

Kept lean, because there are many declarations: of an assessment only what later acts are judged on (its total, what
it cited), never its trace. Nor is there anything in the state of an ordinary declaration that the garbage collector
would look at: a hundred thousand of them are remembered. So items are a dict, which nobody changes: whoever has more to
say makes another one. The account is three figures of one idea. `charged` is what the assessments that stand
come to; `claimed` is what was paid or demanded so far, less what was promised back (None until the duty is settled);
a difference between the two opens a refund or an additional duty. So small differences that were disregarded are
not lost: they count in the next one.
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec
from immutables import Map

from contracts.decimals import EXACT
from contracts.envelope import AnyEvent
from contracts.events.declarations import DeclarationAccepted, DeclarationItem
from contracts.events.duties import AssessedDuty, cited_by
from contracts.events.lifecycle import (
    AdditionalDutyOpened,
    DeclarationAmended,
    DeclarationInvalidated,
    DutySettled,
    ReassessmentOrdered,
    RefundOpened,
    RefundPaid,
    SecurityLodged,
    SecurityReleased,
)
from contracts.events.quotas import QuotaShare
from contracts.values import Identifier

from .exact import ZERO, sum_of
from .minor_units import in_minor_units


class Standing(msgspec.Struct, frozen=True, gc=False):
    """The assessment of an item that stands: its event, what it came to, and the positions of all that it names."""

    event_id: str
    is_final: bool
    known_position: int
    total: str
    cites: tuple[int, ...]
    quota: QuotaShare | msgspec.UnsetType = msgspec.UNSET
    """What the item was granted of the quota that it claims, which it keeps when it is assessed anew."""


class ItemState(msgspec.Struct, frozen=True, gc=False):
    """An item in force, the event that gave its terms, and its assessment (None until that is recorded)."""

    item: DeclarationItem
    said_by: str
    duty: Standing | None = None
    is_secured: bool = False
    """Under a security, and not assessed for good since."""

    @property
    def is_provisional(self) -> bool:
        """Whether more may yet become due: something was not known, or a security stands for it."""
        return self.is_secured or (self.duty is not None and not self.duty.is_final)


class Claim(msgspec.Struct, frozen=True):
    """A refund or an additional duty: how much, and whether it was paid."""

    amount: Decimal
    is_met: bool = False


class Security(msgspec.Struct, frozen=True):
    """A security, the items it covers, and whether it went back."""

    items: tuple[int, ...]
    lodged_at: str
    is_released: bool = False


class DeclarationState(msgspec.Struct, frozen=True, gc=False):
    """What further events of the declaration are judged on. `importer` is None until the first one."""

    importer: Identifier | None = None
    accepted_at: str = ""
    last_item_no: int = 0
    items: Mapping[int, ItemState] = {}
    currency: str = ""
    awaited: int = 0
    """Assessments that follow from what is recorded already, and are still to be recorded themselves."""
    is_invalidated: bool = False
    claimed: Decimal | None = None
    refunds: Map[str, Claim] = Map()
    additional_duties: Map[str, Claim] = Map()
    securities: Map[str, Security] = Map()

    @property
    def charged(self) -> Decimal:
        """What the assessments that stand come to, in `currency`; nothing once it is invalidated.

        Rounded to what can be paid, as members may assess in finer units; nearly always it is that already.
        """
        duties = () if self.is_invalidated else (state.duty for state in self.items.values())
        return in_minor_units(
            sum_of(Decimal(duty.total) for duty in duties if duty is not None), self.currency
        )


def evolve_declaration(state: DeclarationState, _position: int, event: AnyEvent) -> DeclarationState:
    """Take in one event of the stream; total: one that breaks a rule is taken in as recorded. Alerts change nothing."""
    data = event.data
    if isinstance(data, DeclarationAccepted):
        return _accepted(state, event.id, data)
    if isinstance(data, AssessedDuty):
        return _assessed(state, event.id, data)
    match data:
        case DeclarationAmended():
            return _amended(state, event.id, data)
        case ReassessmentOrdered():
            number = len(state.items if data.items is msgspec.UNSET else data.items)
            return msgspec.structs.replace(state, awaited=state.awaited + number)
        case DeclarationInvalidated():
            return msgspec.structs.replace(state, is_invalidated=True)
        case _:
            return _accounted(state, data)


def _accepted(state: DeclarationState, event_id: str, data: DeclarationAccepted) -> DeclarationState:
    first = state.importer is None
    return msgspec.structs.replace(
        state,
        importer=data.importer if first else state.importer,
        accepted_at=data.accepted_at if first else state.accepted_at,
        last_item_no=max(state.last_item_no, data.items[-1].item_no),
        items={**state.items, **{item.item_no: ItemState(item, event_id) for item in data.items}},
        awaited=state.awaited + len(data.items),
    )


def _amended(state: DeclarationState, event_id: str, data: DeclarationAmended) -> DeclarationState:
    items = dict(state.items)
    for item in data.items:
        before = items.get(item.item_no) or ItemState(item, event_id)
        items[item.item_no] = msgspec.structs.replace(before, item=item, said_by=event_id)
    return msgspec.structs.replace(state, items=items, awaited=state.awaited + len(data.items))


def _assessed(state: DeclarationState, event_id: str, data: AssessedDuty) -> DeclarationState:
    before = state.items.get(data.item_no)
    if before is None:
        return state
    is_final = data.status == "final"
    standing = Standing(event_id, is_final, data.known_position, data.total, cited_by(data), data.quota)
    is_secured = before.is_secured and not is_final
    after = ItemState(before.item, before.said_by, standing, is_secured)
    return msgspec.structs.replace(
        state,
        items={**state.items, data.item_no: after},
        currency=data.currency,
        awaited=max(0, state.awaited - 1),
    )


def _accounted(state: DeclarationState, data: object) -> DeclarationState:
    """Take in what happened to the money: settled, opened, paid, secured."""
    claimed = state.claimed
    match data:
        case DutySettled(additional_duty=msgspec.UNSET):
            return msgspec.structs.replace(state, claimed=data.amount.value)
        case DutySettled():
            met = _met(state.additional_duties, str(data.additional_duty))
            return msgspec.structs.replace(state, additional_duties=met)
        case RefundPaid():
            return msgspec.structs.replace(state, refunds=_met(state.refunds, data.refund))
        case RefundOpened():
            return msgspec.structs.replace(
                state,
                claimed=EXACT.subtract(claimed or ZERO, data.amount.value),
                refunds=state.refunds.set(data.refund, Claim(data.amount.value)),
            )
        case AdditionalDutyOpened():
            claim = Claim(data.amount.value)
            return msgspec.structs.replace(
                state,
                claimed=EXACT.add(claimed or ZERO, data.amount.value),
                additional_duties=state.additional_duties.set(data.additional_duty, claim),
            )
        case SecurityLodged():
            return _secured(state, data)
        case SecurityReleased():
            security = state.securities.get(data.security)
            if security is None:
                return state
            released = msgspec.structs.replace(security, is_released=True)
            return msgspec.structs.replace(state, securities=state.securities.set(data.security, released))
        case _:
            return state


def _met(claims: Map[str, Claim], name: str) -> Map[str, Claim]:
    claim = claims.get(name)
    return claims if claim is None else claims.set(name, msgspec.structs.replace(claim, is_met=True))


def _secured(state: DeclarationState, data: SecurityLodged) -> DeclarationState:
    numbers = tuple(item.item_no for item in data.items)
    items = dict(state.items)
    for number in numbers:
        before = items.get(number)
        if before is not None:
            items[number] = msgspec.structs.replace(before, is_secured=True)
    security = Security(numbers, data.lodged_at)
    return msgspec.structs.replace(
        state, items=items, securities=state.securities.set(data.security, security)
    )
