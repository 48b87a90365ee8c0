"""Declarations: what customs of a member accepted, item by item.

Which value of an item a floor reads depends on the floor's price basis, so an item may carry several; none
is ever put in the place of another. More than 100 items go into further events of the same stream in the
same submission, and the item numbers go on.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.decimals import DecimalText
from contracts.events.payload import Payload, check_day, check_instant
from contracts.events.undertakings import UndertakingClaim
from contracts.limits import DECLARATION_ITEMS_MAX
from contracts.shapes import FieldFault
from contracts.texts import Day, Instant, Number, RecordId
from contracts.trade import (
    AdditionalCode,
    CommodityCode,
    Country,
    Currency,
    DocumentNumber,
    HsEdition,
    Incoterm,
    LineOrNone,
    Member,
    OrderNumber,
    Slug,
)
from contracts.values import Content, Identifier, Money, Quantity, check_minor_unit


class OriginProof(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The paper that proves a preferential origin, by its type and number."""

    type: Slug
    reference: DocumentNumber


class Invoice(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The commercial invoice that the item was sold under."""

    number: DocumentNumber
    amount: DecimalText
    currency: Currency

    def __post_init__(self) -> None:
        check_minor_unit(self.amount, self.currency)


class DeclarationItem(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """One item: the goods, where they come from, how much of them, and what they are worth."""

    item_no: Number
    commodity_code: CommodityCode
    hs_edition: HsEdition
    line: LineOrNone | UnsetType = UNSET
    additional_codes: tuple[AdditionalCode, ...] | UnsetType = UNSET
    origin: Country
    preference_claimed: bool
    origin_proof: OriginProof | UnsetType = UNSET
    net_mass: Quantity
    content: Content | UnsetType = UNSET
    supplementary: Quantity | UnsetType = UNSET
    customs_value: Money
    free_at_frontier_value: Money | UnsetType = UNSET
    cif_value: Money | UnsetType = UNSET
    invoice: Invoice | UnsetType = UNSET
    incoterm: Incoterm | UnsetType = UNSET
    exporter: Identifier | UnsetType = UNSET
    exported_on: Day | UnsetType = UNSET
    quota: OrderNumber | UnsetType = UNSET
    """The order number of the quota that is claimed for the item (TARIC: with preference code 120 or 320)."""
    undertaking: UndertakingClaim | UnsetType = UNSET
    """The price undertaking of the exporter, under whose invoice the goods were sold."""

    def __post_init__(self) -> None:
        check_day(".exported_on", self.exported_on)
        if self.preference_claimed and self.origin_proof is UNSET:
            raise FieldFault(
                ".origin_proof",
                "a preference is claimed and its proof of origin is missing",
                'add "origin_proof":{"type":…,"reference":…}, or claim no preference',
            )
        if self.undertaking is not UNSET:
            self._check_undertaking()
        if self.net_mass.content is not UNSET:
            raise FieldFault(
                ".net_mass.content",
                "the net mass is of the goods, not of a content",
                "give the mass of the goods in kg, t, g, lb, ozt or stn; contents go into content",
            )

    def _check_undertaking(self) -> None:
        """Goods are sold under an undertaking by its company, with an invoice that says so."""
        for field in ("exporter", "invoice"):
            if getattr(self, field) is UNSET:
                raise FieldFault(
                    f".{field}",
                    f"an undertaking is claimed and the {field} is missing",
                    "name the company that gave the undertaking and its invoice, or claim none",
                )


class DeclarationAccepted(Payload, frozen=True, kw_only=True):
    """bloc.declaration.accepted.v1: `reference` is the MRN or entry number of the member's customs."""

    member: Member
    reference: RecordId
    accepted_at: Instant
    importer: Identifier
    items: Annotated[tuple[DeclarationItem, ...], Meta(min_length=1, max_length=DECLARATION_ITEMS_MAX)]

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".accepted_at", self.accepted_at)
        last = 0
        for index, item in enumerate(self.items):
            if item.item_no <= last:
                raise FieldFault(
                    f".items[{index}].item_no",
                    f"item numbers must rise, and {item.item_no} follows {last}",
                    "number the items of a declaration 1, 2, 3 …, each once",
                )
            last = item.item_no
