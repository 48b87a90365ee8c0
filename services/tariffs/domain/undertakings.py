"""A price undertaking on V as known at K: whether it holds, on which terms, and which invoices are none.

The answer is laid out by the arithmetic of all things that live through acts, so an undertaking ends with the act
that accepted it. Invalidated invoices have no day of their own: they are known at K or not.
"""

from datetime import date
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from contracts.events.undertakings import (
    MinimumPrice,
    UndertakingAccepted,
    UndertakingAmended,
    UndertakingInvoiceInvalidated,
)
from contracts.values import Identifier, LegalBasis
from services.tariffs.domain.histories.effective import act_of, annulment_of, effective_on
from services.tariffs.domain.histories.timeline import (
    InForce,
    NoneInForce,
    NotKnown,
    WhyNone,
    known_at,
    recorded_by,
)
from services.tariffs.domain.measures import territory_of_name
from services.tariffs.domain.state import RulesState


class InvalidatedInvoice(Struct, frozen=True):
    """An invoice that never was what it said, why, and the entry that says so."""

    invoice: str
    reason: str
    position: int
    legal_basis: LegalBasis


class UndertakingStep(Struct, frozen=True):
    """One entry about the undertaking as it was recorded."""

    type: str
    position: int
    recorded_at: str


class UndertakingTerms(Struct, frozen=True, kw_only=True):
    """The terms in force; the company may sell each model at its minimum price or above."""

    company: Identifier
    exempts: tuple[str, ...]
    minimums: tuple[MinimumPrice, ...]
    quota: str | UnsetType = UNSET
    since: date
    until: date | UnsetType = UNSET
    position: int
    legal_basis: LegalBasis


class UndertakingView(Struct, frozen=True, kw_only=True):
    """One undertaking; `status` is in_force, not_known, or why it does not hold, which `because` tells."""

    undertaking: str
    territory: str
    status: Literal["in_force", "not_known"] | WhyNone
    because: str | UnsetType = UNSET
    cites: int | UnsetType = UNSET
    """Position of the entry that says so."""
    terms: UndertakingTerms | UnsetType = UNSET
    invalidated: tuple[InvalidatedInvoice, ...] = ()
    steps: tuple[UndertakingStep, ...] = ()


def undertaking_at(rules: RulesState, name: str, day: date, position: int) -> UndertakingView | None:
    """An undertaking on V = `day` as known at K = `position`; None when nothing was ever recorded of it."""
    history = rules.undertakings.get(name)
    if history is None:
        return None
    answer = effective_on(rules, history, day, position)
    said = known_at(history, position)
    invalidated = tuple(
        InvalidatedInvoice(entry.data.invoice, entry.data.reason, entry.says_so, entry.data.legal_basis)
        for entry in said
        if isinstance(entry.data, UndertakingInvoiceInvalidated)
        and annulment_of(rules, act_of(entry), position) is None
    )
    match answer:
        case InForce():
            status, because, cites = "in_force", UNSET, answer.act.says_so
        case NoneInForce():
            status, because, cites = answer.why, answer.because, answer.act.says_so
        case NotKnown():
            status, because, cites = "not_known", answer.because, UNSET
    return UndertakingView(
        undertaking=name,
        territory=territory_of_name(name),
        status=status,
        because=because,
        cites=cites,
        terms=_terms(answer) if isinstance(answer, InForce) else UNSET,
        invalidated=invalidated,
        steps=tuple(
            UndertakingStep(entry.event.type, entry.position, entry.recorded_at)
            for entry in recorded_by(history, position)
        ),
    )


def _terms(answer: InForce) -> UndertakingTerms:
    data: UndertakingAccepted | UndertakingAmended = answer.act.data
    return UndertakingTerms(
        company=data.company,
        exempts=data.exempts,
        minimums=data.minimums,
        quota=data.quota,
        since=answer.since,
        until=UNSET if answer.until is None else answer.until,
        position=answer.act.says_so,
        legal_basis=data.legal_basis,
    )
