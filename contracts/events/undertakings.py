"""Price undertakings: one exporter keeps to minimum prices, and is exempt from trade remedies while it does.

An undertaking is of one company, because that is how it is kept, broken and withdrawn; a joint offer is as many
undertakings, which share a legal basis and, where their volume is capped together, an order number. The minimum
prices stand model by model. An importer claims it item by item, with the exporter's invoice, so that an invoice that
turns out false years later takes the exemption from exactly what was sold under it (Regulation (EU) 2016/1036,
article 8; Decision 2013/423/EU; Implementing Regulation (EU) 2020/444).
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.events.payload import LegalPayload
from contracts.limits import UNDERTAKING_MEASURES_MAX, UNDERTAKING_MODELS_MAX
from contracts.shapes import FieldFault
from contracts.texts import Day, Text
from contracts.trade import DocumentNumber, MeasureName, OrderNumber, Slug, UndertakingName
from contracts.values import Goods, Identifier, Price

INVOICE_INVALIDATED = "bloc.undertaking.invoice_invalidated.v1"
UNDERTAKING_WITHDRAWN = "bloc.undertaking.withdrawn.v1"

MinimumPriceBasis = Literal["free_at_frontier_before_duty", "cif_before_duty", "declared_price"]
"""The bases of a price floor without the one that counts the duty: a company undertakes a price, not a duty."""


class MinimumPrice(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """The least that a model is sold for, and the goods that it may be."""

    model: Slug
    goods: Goods
    price: Price
    price_basis: MinimumPriceBasis


class UndertakingClaim(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What an item claims: the undertaking that it was sold under, and as which model."""

    undertaking: UndertakingName
    model: Slug


class _Terms(LegalPayload, frozen=True, kw_only=True):
    """`exempts` are the measures that goods of `company` are exempt from; `quota` caps how much of them."""

    undertaking: UndertakingName
    company: Identifier
    exempts: Annotated[tuple[MeasureName, ...], Meta(min_length=1, max_length=UNDERTAKING_MEASURES_MAX)]
    minimums: Annotated[tuple[MinimumPrice, ...], Meta(min_length=1, max_length=UNDERTAKING_MODELS_MAX)]
    quota: OrderNumber | UnsetType = UNSET
    effective_from: Day
    effective_to: Day | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        models: set[str] = set()
        for index, minimum in enumerate(self.minimums):
            if minimum.model in models:
                raise FieldFault(
                    f".minimums[{index}].model",
                    f"model {minimum.model} has a minimum price already",
                    "give each model once, with one price",
                )
            models.add(minimum.model)


class UndertakingAccepted(_Terms, frozen=True, kw_only=True):
    """bloc.undertaking.accepted.v1"""


class UndertakingAmended(_Terms, frozen=True, kw_only=True):
    """bloc.undertaking.amended.v1: the complete new terms, not a patch; the company stays."""


class UndertakingWithdrawn(LegalPayload, frozen=True, kw_only=True):
    """bloc.undertaking.withdrawn.v1: `effective_from` is the first day without it; what was before stays exempt.

    For a breach it may be a day that is past: what was sold since then owes its duty, and is found to be assessed anew.
    """

    undertaking: UndertakingName
    effective_from: Day
    reason: Literal["breach", "withdrawn_by_company", "acceptance_withdrawn"]


class UndertakingInvoiceInvalidated(LegalPayload, frozen=True, kw_only=True):
    """bloc.undertaking.invoice_invalidated.v1: what was sold under this invoice never was exempt."""

    undertaking: UndertakingName
    invoice: DocumentNumber
    reason: Text
