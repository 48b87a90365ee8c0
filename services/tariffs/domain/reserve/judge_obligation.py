"""Obligations that do not end by coming back: a part is forgiven, or the whole is in default."""

from collections.abc import Iterator, Mapping

from contracts.envelope import Event
from contracts.events.stock import ReplenishmentDefaulted, ReplenishmentForgiven
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.state import RulesState

from .charges import open_on
from .faults import Fault, line_faults, no_obligation, stock_state
from .rules import DEFAULT_WHEN_OVERDUE, OPEN_OBLIGATION
from .streams import StreamState


def forgiveness_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[ReplenishmentForgiven]
) -> Iterator[Fault]:
    """Judge what is forgiven: of an obligation of this stock, no more than is open, not before it began."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    obligation = stock.obligations.get(data.obligation)
    if obligation is None:
        yield no_obligation(data.obligation)
        return
    forgiven = data.quantity.kilograms
    if forgiven > obligation.open:
        detail = (
            f"{exact_text(max(obligation.open, ZERO))} kg of {data.obligation} are open, {exact_text(forgiven)} kg "
            "would be forgiven"
        )
        yield OPEN_OBLIGATION, ".quantity", detail
    drawdown = stock.drawdowns.get(obligation.drawdown)
    if drawdown is not None and data.forgiven_on < drawdown.released_on:
        yield OPEN_OBLIGATION, ".forgiven_on", f"{data.obligation} began on {drawdown.released_on}"


def default_declared_faults(
    _rules: RulesState, streams: Mapping[str, StreamState], event: Event[ReplenishmentDefaulted]
) -> Iterator[Fault]:
    """Judge a default: something is open, the last day in time is over, and it was not said before."""
    data = event.data
    obligation = stock_state(streams, event.subject).obligations.get(data.obligation)
    if obligation is None:
        yield no_obligation(data.obligation)
        return
    if obligation.default is not None:
        detail = f"{data.obligation} is in default since {obligation.default.defaulted_on}"
        yield DEFAULT_WHEN_OVERDUE, ".obligation", detail
    if not obligation.open or not open_on(obligation, data.defaulted_on):
        yield DEFAULT_WHEN_OVERDUE, ".obligation", f"nothing of {data.obligation} is open"
    due = obligation.due_in_force(data.defaulted_on)
    if data.defaulted_on <= due:
        yield DEFAULT_WHEN_OVERDUE, ".defaulted_on", f"{data.obligation} is in time up to and with {due}"
