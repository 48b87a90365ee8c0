"""Question 19: which assessments rest on a rate of exchange, and what would be due if it were corrected.

An assessment names every entry that it rests on, the rates among them; so those that used a rate are known, not
guessed. The correction is tried in memory, by the very fold that a recorded one would take: what else was mended
since the assessment shows in `now`, the rate alone in the difference between `now` and `corrected`.
"""

from datetime import date
from decimal import Decimal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from contracts.decimals import EXACT, plain_text
from contracts.events.corrections import EVENT_CORRECTED, EventCorrected, Target
from contracts.events.exchange_rates import ExchangeRatePublished
from contracts.limits import REPORT_ITEMS_LISTED_MAX
from services.tariffs.domain.assessment.assess import Assessment, assess_item
from services.tariffs.domain.assessment.declared import cited_by
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.parts import as_drawn
from services.tariffs.domain.evolve import evolve
from services.tariffs.domain.exchange import rate_on
from services.tariffs.domain.histories.correcting import roots_of
from services.tariffs.domain.state import Recorded, RulesState

from .imports import Import
from .weightiest import Weightiest


class RateUse(Struct, frozen=True):
    """An item that used the rate: its recorded duty, that of today's record, and that on the corrected rate."""

    item: str
    position: int
    importer: str
    currency: str
    assessed: str
    now: str
    corrected: str
    due: str
    """Corrected less now: to be demanded, below zero to be refunded; "not known" when it cannot be computed."""


class RateTotal(Struct, frozen=True):
    """All items of one importer with one member."""

    member: str
    importer: str
    currency: str
    items: int
    assessed: str
    due: str


class RateUses(Struct, frozen=True):
    """The report. `corrected_to` is empty when no correction was tried."""

    known_position: int
    series: str
    rate: str
    applies_from: date
    applies_to: date
    positions: tuple[int, ...]
    """The rate's entry, and the corrections of it."""
    corrected_to: str
    items: int
    not_known: int
    totals: tuple[RateTotal, ...]
    uses: tuple[RateUse, ...]


def rate_in_force(rules: RulesState, series: str, day: date) -> Recorded | None:
    """The rate of a series that holds on a day, as known at the end of the record."""
    return rate_on(rules.exchange_rates.get(series, ()), day, rules.position)


def rate_corrected(rules: RulesState, rate: Recorded, to: str) -> RulesState:
    """The rules as they would be one entry later, if the rate were corrected to `to`.

    Raises msgspec.ValidationError when that is no rate.
    """
    payload = msgspec.convert(msgspec.to_builtins(rate.data) | {"rate": to}, ExchangeRatePublished)
    history = rules.exchange_rates[payload.series]
    root = next(entry for entry in history if entry.position == rate.position)
    target = Target(position=root.position, type=root.event.type, source=root.event.source, id=root.event.id)
    event = replace(
        root.event,
        type=EVENT_CORRECTED,
        data=EventCorrected(
            stream=root.event.subject,
            target=target,
            corrected=msgspec.to_builtins(payload),
            reason="What if",
            legal_basis=payload.legal_basis,
        ),
    )
    return evolve(rules, rules.position + 1, rate.recorded_at, event)


class RateReport:
    """Takes items in any order."""

    def __init__(self, rules: RulesState, rate: Recorded, corrected_to: str = "") -> None:
        self._rules = rules
        self._rate = rate
        history = rules.exchange_rates[rate.data.series]
        self._positions = tuple(
            position for position, root in roots_of(history).items() if root.position == rate.position
        )
        self._corrected_to = corrected_to
        self._after = rate_corrected(rules, rate, corrected_to) if corrected_to else None
        self._items = self._not_known = 0
        self._sums: dict[tuple[str, str, str], tuple[int, Decimal, Decimal]] = {}
        self._uses = Weightiest[RateUse](REPORT_ITEMS_LISTED_MAX)

    def take(self, one: Import) -> None:
        """Look at one item."""
        if not set(self._positions).intersection(cited_by(one.duty)):
            return
        self._items += 1
        importer = one.importer_name
        now = corrected = due = None
        if self._after is not None:
            now, corrected = _total(self._rules, one), _total(self._after, one)
            if now is not None and corrected is not None:
                due = EXACT.subtract(corrected, now)
            self._not_known += due is None
        key = (one.member, importer, one.duty.currency)
        items, assessed, sum_due = self._sums.get(key, (0, ZERO, ZERO))
        total = Decimal(one.duty.total)
        self._sums[key] = (items + 1, EXACT.add(assessed, total), EXACT.add(sum_due, due or ZERO))
        use = RateUse(
            item=one.name,
            position=one.position,
            importer=importer,
            currency=one.duty.currency,
            assessed=one.duty.total,
            now=self._said(now),
            corrected=self._said(corrected),
            due=self._said(due),
        )
        self._uses.add(abs(due) if due is not None else total, one.position, use)

    def _said(self, amount: Decimal | None) -> str:
        if self._after is None:
            return ""
        return "not known" if amount is None else plain_text(amount)

    def result(self) -> RateUses:
        """The report."""
        rate: ExchangeRatePublished = self._rate.data
        return RateUses(
            known_position=self._rules.position,
            series=rate.series,
            rate=rate.rate,
            applies_from=rate.applies_from,
            applies_to=rate.applies_to,
            positions=self._positions,
            corrected_to=self._corrected_to,
            items=self._items,
            not_known=self._not_known,
            totals=tuple(
                RateTotal(*key, items, plain_text(assessed), plain_text(due) if self._after else "")
                for key, (items, assessed, due) in sorted(self._sums.items())
            ),
            uses=self._uses.all(),
        )


def _total(rules: RulesState, one: Import) -> Decimal | None:
    """What the item comes to on these rules, None while that is not known."""
    found: Assessment = assess_item(
        rules,
        member=one.member,
        accepted_at=one.accepted_at,
        item=one.item,
        known_position=rules.position,
        left=as_drawn(one.duty.quota),
    )
    is_known = found.status == "final" and found.currency == one.duty.currency
    return Decimal(found.total) if is_known else None
