"""Stock of one line in one reserve, as a state: lots, drawdowns, buy-backs, releases, obligations to refill.

The maps are persistent, so that a hot stream moves on in O(log n) an event and a decision may hold on to
the state before it. Masses are in kilograms: of the goods, or of the content that the line is measured by.
What happened keeps its own day, so the same state answers for every V. `stock_fold` takes in events.
"""

from datetime import date
from decimal import Decimal

import msgspec
from immutables import Map

from contracts.decimals import EXACT
from contracts.values import Content, LegalBasis
from services.tariffs.domain.assessment.exact import ZERO, sum_of

from .entitlement import Holder, Movements, Transfer


class Place(msgspec.Struct, frozen=True):
    """A warehouse, from a day on."""

    since: date
    warehouse: str


class Loss(msgspec.Struct, frozen=True):
    """What was lost of a lot on a day, why, and the entry that says so."""

    position: int
    lost_on: date
    kilograms: Decimal
    cause: str


class Lot(msgspec.Struct, frozen=True):
    """A lot in the warehouse: what came in, what is left of it now, where it has been and what was lost."""

    received: Decimal
    left: Decimal
    received_on: date
    assay: tuple[Content, ...]
    places: tuple[Place, ...] = ()
    losses: tuple[Loss, ...] = ()


class Drawdown(msgspec.Struct, frozen=True):
    """What was taken out under a purchase commitment, and from which lots."""

    purchase_commitment: str
    company: str
    kilograms: Decimal
    released_on: date
    lots: tuple[tuple[str, Decimal], ...]
    position: int
    release: str | None = None
    """The emergency release whose share was drawn on."""
    request: str | None = None
    """The request of the company that it answers."""


class Buyback(msgspec.Struct, frozen=True):
    """What a company had to buy again under a purchase commitment, and from which lots."""

    purchase_commitment: str
    company: str
    kilograms: Decimal
    exercised_on: date
    lots: tuple[tuple[str, Decimal], ...]
    position: int


class Request(msgspec.Struct, frozen=True):
    """What a company asked for under a commitment, how much of it was released, and whether the rest was declined."""

    position: int
    purchase_commitment: str
    company: str
    kilograms: Decimal
    requested_on: date
    released: Decimal = ZERO
    declined: "Declined | None" = None

    @property
    def open(self) -> Decimal:
        """Kilograms that are still asked for."""
        return ZERO if self.declined is not None else EXACT.subtract(self.kilograms, self.released)


class Declined(msgspec.Struct, frozen=True):
    """That nothing more is released on a request, from when on and why; the entry that says so."""

    position: int
    declined_on: date
    reason: str


class Announcement(msgspec.Struct, frozen=True):
    """What a company said that it will bring back for an obligation, and when it expects to."""

    position: int
    obligation: str
    company: str
    kilograms: Decimal
    announced_on: date
    expected_on: date


class Share(msgspec.Struct, frozen=True):
    """A company's part of an emergency release, under one commitment; `drawn` on what is recorded."""

    company: str
    purchase_commitment: str
    kilograms: Decimal
    drawn: Decimal = ZERO

    @property
    def holder(self) -> Holder:
        """Whose share it is."""
        return self.purchase_commitment, self.company

    @property
    def open(self) -> Decimal:
        """Kilograms that may still be drawn on it."""
        return EXACT.subtract(self.kilograms, self.drawn)


class Release(msgspec.Struct, frozen=True):
    """An emergency release: its shares in order of priority, and the entry that orders it."""

    position: int
    emergency: str
    ordered_on: date
    shares: tuple[Share, ...]
    legal_basis: LegalBasis


class Receipt(msgspec.Struct, frozen=True):
    """What came back for an obligation, on a day."""

    received_on: date
    kilograms: Decimal


class Extension(msgspec.Struct, frozen=True):
    """More time for an obligation, granted on a day; it forgives no day before that one."""

    position: int
    extended_on: date
    due_on: date


class Forgiveness(msgspec.Struct, frozen=True):
    """Kilograms of an obligation that need not come back from a day on, and the entry that says so."""

    position: int
    forgiven_on: date
    kilograms: Decimal
    reason: str


class Default(msgspec.Struct, frozen=True):
    """From a day on an overdue obligation counts as defaulted; the entry that says so."""

    position: int
    defaulted_on: date
    reason: str


class Obligation(msgspec.Struct, frozen=True):
    """A company's duty to refill what it has drawn: how much, until when, and what has come back so far.

    `due_on` is the last day in time as it was opened; `due_in_force` reads the extensions.
    """

    drawdown: str
    purchase_commitment: str
    company: str
    kilograms: Decimal
    due_on: date
    receipts: tuple[Receipt, ...] = ()
    extensions: tuple[Extension, ...] = ()
    fulfilled_on: date | None = None
    forgiven: tuple[Forgiveness, ...] = ()
    default: Default | None = None

    @property
    def open(self) -> Decimal:
        """Kilograms still to come, on what is recorded: drawn - replenished - forgiven."""
        return EXACT.subtract(self.kilograms, sum_of(p.kilograms for p in (*self.receipts, *self.forgiven)))

    def due_in_force(self, day: date) -> date:
        """The last day in time as granted up to a day; of two grants on one day the later entry counts."""
        granted = [extension for extension in self.extensions if extension.extended_on <= day]
        newest = max(granted, key=lambda grant: (grant.extended_on, grant.position), default=None)
        return self.due_on if newest is None else newest.due_on


class StockState(msgspec.Struct, frozen=True):
    """All about one stock stream; `movements` are what each holder gained and lost since it signed, `defaulted` the
    names of obligations that were ever in default."""

    lots: Map[str, Lot] = Map()
    drawdowns: Map[str, Drawdown] = Map()
    buybacks: Map[str, Buyback] = Map()
    releases: Map[str, Release] = Map()
    obligations: Map[str, Obligation] = Map()
    defaulted: tuple[str, ...] = ()
    transfers: Map[str, Transfer] = Map()
    movements: Movements = Map()
    requests: Map[str, Request] = Map()
    announcements: Map[str, Announcement] = Map()
