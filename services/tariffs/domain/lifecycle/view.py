"""A declaration as an answer: its items with the assessment that stands and its trace, its account, its history.

Questions 1 and 19 for one declaration, and where question 4 ends for it. Computed from the entries of its stream up
to K; nothing of it is stored. Every assessment is named with its position, so that a reader can go to the signed
event, and each that was superseded is still there in the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from contracts.decimals import plain_text
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import AssessedDuty
from contracts.values import Identifier
from services.tariffs.domain.assessment.declared import Claim, DeclarationState, evolve_declaration
from services.tariffs.domain.assessment.exact import sum_of
from services.tariffs.domain.state import Recorded

Status = Literal["accepted", "assessed", "settled", "refund_due", "additional_duty_due", "invalidated"]


class ActView(msgspec.Struct, frozen=True):
    """One entry of the declaration's stream; `item_no` where it is about one item."""

    position: int
    recorded_at: str
    type: str
    id: str
    item_no: int | UnsetType = UNSET


class AssessmentView(msgspec.Struct, frozen=True):
    """The assessment that stands: where it is recorded, and all of it, lines and trace included."""

    position: int
    duty: AssessedDuty


class ItemView(msgspec.Struct, frozen=True):
    """An item on its terms in force; `terms_position` is the entry that gave them."""

    item: DeclarationItem
    terms_position: int
    is_provisional: bool
    assessment: AssessmentView | UnsetType = UNSET


class ClaimView(msgspec.Struct, frozen=True):
    """A refund or an additional duty, and the entry that opened it."""

    name: str
    amount: str
    is_paid: bool
    position: int


class SecurityView(msgspec.Struct, frozen=True):
    """A security: the items that it covers, its amount, and whether it went back."""

    name: str
    amount: str
    items: tuple[int, ...]
    is_released: bool
    position: int


class AccountView(msgspec.Struct, frozen=True):
    """The money, in `currency`: charged by the assessments that stand, claimed so far, and what is open on each side.

    `claimed` is left out until the duty is settled. `to_pay` and `to_refund` are what is open at K.
    """

    currency: str
    charged: str
    to_pay: str
    to_refund: str
    claimed: str | UnsetType = UNSET
    additional_duties: tuple[ClaimView, ...] = ()
    refunds: tuple[ClaimView, ...] = ()
    securities: tuple[SecurityView, ...] = ()


class DeclarationView(msgspec.Struct, frozen=True):
    """A declaration as known at K."""

    member: str
    reference: str
    importer: Identifier
    accepted_at: str
    status: Status
    is_provisional: bool
    items: tuple[ItemView, ...]
    account: AccountView
    history: tuple[ActView, ...]


def declaration_view(entries: Sequence[Recorded]) -> DeclarationView | None:
    """Answer for the entries of one declaration's stream, in order; None when nothing was accepted."""
    state = DeclarationState()
    by_id: dict[str, Recorded] = {}
    named: dict[tuple[str, str], Recorded] = {}
    for entry in entries:
        state = evolve_declaration(state, entry.position, entry.event)
        by_id[entry.event.id] = entry
        family, verb = entry.event.type.split(".")[1:3]
        if verb in ("opened", "lodged"):
            named.setdefault((family, getattr(entry.data, family)), entry)
    if state.importer is None:
        return None
    first = entries[0].data
    return DeclarationView(
        member=first.member,
        reference=first.reference,
        importer=state.importer,
        accepted_at=state.accepted_at,
        status=_status(state),
        is_provisional=any(item.is_provisional for item in state.items.values()),
        items=_items(state, by_id),
        account=_account(state, named),
        history=tuple(_act(entry) for entry in entries),
    )


def _status(state: DeclarationState) -> Status:
    """Where the declaration stands; an open demand leads, because the importer has to do something about it."""
    if state.is_invalidated:
        return "invalidated"
    if state.awaited:
        return "accepted"
    if state.claimed is None:
        return "assessed"
    if _open(state.additional_duties.values()):
        return "additional_duty_due"
    return "refund_due" if _open(state.refunds.values()) else "settled"


def _open(claims: Iterable[Claim]) -> Decimal:
    return sum_of(claim.amount for claim in claims if not claim.is_met)


def _items(state: DeclarationState, by_id: dict[str, Recorded]) -> tuple[ItemView, ...]:
    found: list[ItemView] = []
    for _, item in sorted(state.items.items()):
        standing = UNSET if item.duty is None else by_id[item.duty.event_id]
        assessment = UNSET if standing is UNSET else AssessmentView(standing.position, standing.data)
        found.append(ItemView(item.item, by_id[item.said_by].position, item.is_provisional, assessment))
    return tuple(found)


def _account(state: DeclarationState, named: dict[tuple[str, str], Recorded]) -> AccountView:
    duty = state.charged if state.claimed is None else _open(state.additional_duties.values())
    securities = (
        (name, named["security", name], security) for name, security in sorted(state.securities.items())
    )
    return AccountView(
        currency=state.currency,
        charged=plain_text(state.charged),
        to_pay=plain_text(duty),
        to_refund=plain_text(_open(state.refunds.values())),
        claimed=UNSET if state.claimed is None else plain_text(state.claimed),
        additional_duties=_claims("additional_duty", state.additional_duties, named),
        refunds=_claims("refund", state.refunds, named),
        securities=tuple(
            SecurityView(name, entry.data.amount.amount, security.items, security.is_released, entry.position)
            for name, entry, security in securities
        ),
    )


def _claims(
    family: str, claims: Mapping[str, Claim], named: dict[tuple[str, str], Recorded]
) -> tuple[ClaimView, ...]:
    ordered = sorted(claims.items(), key=lambda pair: (len(pair[0]), pair[0]))
    return tuple(
        ClaimView(name, plain_text(claim.amount), claim.is_met, named[family, name].position)
        for name, claim in ordered
    )


def _act(entry: Recorded) -> ActView:
    event = entry.event
    item_no = getattr(entry.data, "item_no", UNSET)
    return ActView(entry.position, entry.recorded_at, event.type, event.id, item_no)
