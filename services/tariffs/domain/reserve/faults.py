"""What the judges of the reserve share: how a fault is written, and checks that every event meets."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import UNSET, UnsetType

from contracts.events.catalogue import LineTerms
from contracts.values import Price, Quantity
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.rule import Rule
from services.tariffs.domain.state import RulesState

from .commitment import CommitmentState
from .rules import ABOVE_ZERO, COMMITMENT_IN_FORCE, LINE_IN_CATALOGUE, OPEN_OBLIGATION
from .stock import StockState
from .streams import StreamState

Fault = tuple[Rule, str, str]
"""The rule that is broken, the path below `$.data`, and what to do about it."""


def stock_state(streams: Mapping[str, StreamState], stream: str) -> StockState:
    """Give the state of a stock stream; a stream that is not there is empty."""
    state = streams.get(stream)
    return state if isinstance(state, StockState) else StockState()


def commitment_state(streams: Mapping[str, StreamState], purchase_commitment: str) -> CommitmentState:
    """Give the state of a commitment's stream; a stream that is not there is empty."""
    state = streams.get(f"purchase_commitment/{purchase_commitment}")
    return state if isinstance(state, CommitmentState) else CommitmentState()


def not_signed(purchase_commitment: str, path: str = ".purchase_commitment") -> Fault:
    """Say that a commitment, named at `path`, has no terms."""
    return COMMITMENT_IN_FORCE, path, f"purchase commitment {purchase_commitment} is not signed"


def no_obligation(obligation: str) -> Fault:
    """Say that the stock has no obligation of that name."""
    return OPEN_OBLIGATION, ".obligation", f"this stock has no obligation {obligation}"


def catalogue_line(rules: RulesState, line: str) -> LineTerms | None:
    """Read the newest definition of a line; None when the catalogue has none."""
    defined = known_entries(rules.lines, line)
    return defined[-1].data if defined else None


def line_faults(rules: RulesState, line: str, **quantities: Quantity) -> list[Fault]:
    """Check that the line is in the catalogue, and each quantity (by field) above zero and of its kind."""
    found: list[Fault] = []
    defined = catalogue_line(rules, line)
    if defined is None:
        found.append((LINE_IN_CATALOGUE, ".line", f"{line} is not in the catalogue"))
    for field, quantity in quantities.items():
        if defined is not None and quantity.content != defined.content:
            found.append((LINE_IN_CATALOGUE, f".{field}", _measured(line, defined.content)))
        if not Decimal(quantity.value):
            found.append((ABOVE_ZERO, f".{field}.value", "the quantity is zero"))
    return found


def _measured(line: str, content: str | UnsetType) -> str:
    if content is UNSET:
        return f"{line} is measured in mass of the goods; leave out content"
    return f'{line} is measured by its content; give "content":"{content}"'


def same_price(one: Price, other: Price) -> bool:
    """Whether two prices are exactly equal: currency, unit, content, and the amount by value."""
    return (one.currency, one.per, one.content, one.value) == (
        other.currency,
        other.per,
        other.content,
        other.value,
    )


def price_text(price: Price) -> str:
    """Write a price as people do."""
    content = "" if price.content is UNSET else f" {price.content}"
    return f"{price.amount} {price.currency}/{price.per}{content}"
