"""Emergency releases: what may be promised to whom, and that those in the order are served before the others.

A release takes nothing out of the warehouse. It puts companies in an order; while its emergency is declared, whatever
leaves the stock must leave behind what those before it have still open. Whether an emergency is declared is read from
the rules, so a decision that asks expects the guard `rules` (`streams.reads_rules`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.envelope import Event
from contracts.events.emergencies import EmergencyReleaseOrdered
from contracts.events.stock import DrawdownReleased
from contracts.values import Quantity
from services.tariffs.domain.assessment.exact import ZERO, exact_text, sum_of
from services.tariffs.domain.emergencies import covers, is_declared, span_of
from services.tariffs.domain.state import RulesState

from .entitlement import Holder
from .faults import Fault, commitment_state, line_faults, not_signed, stock_state
from .judge_entitlement import default_faults, holding_faults, in_force_faults, own_faults
from .rules import (
    ABOVE_ZERO,
    NAMES_ONCE,
    OWN_SHARE,
    PRIORITY,
    RELEASE_IN_EMERGENCY,
    RELEASE_IN_STOCK,
    SHARES_ADD_UP,
)
from .stock import Release, Share, StockState
from .streams import StreamState


def active_releases(rules: RulesState, stock: StockState, day: date) -> list[tuple[str, Release]]:
    """The releases whose priority holds on a day, in order of recording."""
    active = [
        (name, release)
        for name, release in stock.releases.items()
        if release.ordered_on <= day and is_declared(rules, release.emergency, day, rules.position)
    ]
    return sorted(active, key=lambda named: named[1].position)


def release_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[EmergencyReleaseOrdered]
) -> Iterator[Fault]:
    """Judge the order of a release."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    if data.release in stock.releases:
        yield NAMES_ONCE, ".release", f"release {data.release} is ordered already"
    yield from _emergency_faults(rules, data)
    yield from _sum_faults(data)
    yield from _holder_faults(stock, streams, data)
    there = _stock_on(stock, data.ordered_on)
    promised = _open(
        share for _, release in active_releases(rules, stock, data.ordered_on) for share in release.shares
    )
    wanted = EXACT.add(promised, data.quantity.kilograms)
    if wanted > there:
        detail = f"{exact_text(there)} kg are there on {data.ordered_on}"
        if promised:
            detail += f", of which {exact_text(promised)} kg are promised already"
        yield RELEASE_IN_STOCK, ".quantity", detail


def _emergency_faults(rules: RulesState, data: EmergencyReleaseOrdered) -> Iterator[Fault]:
    span = span_of(rules.emergencies.get(data.emergency, ()), rules.position)
    if span is None:
        yield RELEASE_IN_EMERGENCY, ".emergency", f"{data.emergency} is not declared; check the name"
        return
    mineral = data.line.split(".")[0]
    if not covers(span, mineral):
        declared = ", ".join(span.act.data.minerals)
        yield (
            RELEASE_IN_EMERGENCY,
            ".emergency",
            f"{data.emergency} is declared for {declared}, not for {mineral}",
        )
    if not span.contains(data.ordered_on):
        until = f" to before {span.end}" if span.end else ""
        detail = f"{data.emergency} is declared from {span.start}{until}, not on {data.ordered_on}"
        yield RELEASE_IN_EMERGENCY, ".ordered_on", detail


def _sum_faults(data: EmergencyReleaseOrdered) -> Iterator[Fault]:
    total, seen = ZERO, set[Holder]()
    for index, share in enumerate(data.shares):
        path = f".shares[{index}]"
        total = EXACT.add(total, share.quantity.kilograms)
        holder = (share.purchase_commitment, share.company)
        if holder in seen:
            detail = f"{share.company} has a share under {share.purchase_commitment} already; name it once"
            yield SHARES_ADD_UP, f"{path}.company", detail
        seen.add(holder)
        if share.quantity.content != data.quantity.content:
            detail = "it is measured differently from the quantity of the release"
            yield SHARES_ADD_UP, f"{path}.quantity", detail
        if not share.quantity.kilograms:
            yield ABOVE_ZERO, f"{path}.quantity.value", f"nothing is for {share.company}; leave it out"
    wanted = data.quantity.kilograms
    if total != wanted:
        detail = f"the shares sum to {exact_text(total)} kg, the quantity is {exact_text(wanted)} kg"
        yield SHARES_ADD_UP, ".shares", detail


def _holder_faults(
    stock: StockState, streams: Mapping[str, StreamState], data: EmergencyReleaseOrdered
) -> Iterator[Fault]:
    """Check that each share is of a company that could draw it on the day of the order."""
    for index, share in enumerate(data.shares):
        path, name = f".shares[{index}]", share.purchase_commitment
        terms = commitment_state(streams, name).terms
        if terms is None:
            yield not_signed(name, f"{path}.purchase_commitment")
            continue
        yield from in_force_faults(terms, f"{path}.purchase_commitment", data.ordered_on)
        yield from own_faults(terms, data.reserve, data.line)
        company = (f"{path}.company", share.company)
        yield from holding_faults(
            stock,
            terms,
            company=company,
            quantity=share.quantity,
            day=data.ordered_on,
            path=f"{path}.quantity",
        )
        yield from default_faults(stock, company, name, data.ordered_on)


def share_faults(rules: RulesState, stock: StockState, data: DrawdownReleased) -> Iterator[Fault]:
    """Judge a drawdown that names a release: the share is its own, its time has not passed, it suffices."""
    if data.release is UNSET:
        return
    release = stock.releases.get(data.release)
    if release is None:
        yield OWN_SHARE, ".release", f"this stock has no release {data.release}"
        return
    if data.released_on < release.ordered_on:
        yield OWN_SHARE, ".released_on", f"{data.release} was ordered on {release.ordered_on}"
    elif not is_declared(rules, release.emergency, data.released_on, rules.position):
        detail = f"{release.emergency} is not declared on {data.released_on}; leave out the release"
        yield OWN_SHARE, ".release", detail
    share = _share_of(release, (data.purchase_commitment, data.company))
    wanted = data.quantity.kilograms
    if share is None:
        detail = f"{data.company} has no share of {data.release} under {data.purchase_commitment}"
        yield OWN_SHARE, ".company", detail
    elif wanted > share.open:
        detail = (
            f"{exact_text(max(share.open, ZERO))} kg of its share are open, {exact_text(wanted)} kg are taken"
        )
        yield OWN_SHARE, ".quantity", detail


def priority_faults(
    rules: RulesState,
    stock: StockState,
    quantity: Quantity,
    *,
    day: date,
    release: tuple[str, Holder] | None = None,
) -> Iterator[Fault]:
    """Check that what leaves on a day leaves behind the open shares before its own (`release`: on whose share)."""
    before = _before(active_releases(rules, stock, day), release)
    promised = _open(before)
    if not promised:
        return
    free = EXACT.subtract(_stock_on(stock, day), promised)
    wanted = quantity.kilograms
    if wanted > free:
        first = next(share for share in before if share.open > ZERO)
        detail = (
            f"{exact_text(promised)} kg are promised to others before it ({first.company} first); "
            f"{exact_text(max(free, ZERO))} kg are free, {exact_text(wanted)} kg are taken"
        )
        yield PRIORITY, ".quantity", detail


def _before(active: Sequence[tuple[str, Release]], release: tuple[str, Holder] | None) -> list[Share]:
    """The shares that come before one of them; all of them when it is none of theirs."""
    before: list[Share] = []
    for name, ordered in active:
        for share in ordered.shares:
            if release == (name, share.holder):
                return before
            before.append(share)
    return before


def _share_of(release: Release, holder: Holder) -> Share | None:
    return next((share for share in release.shares if share.holder == holder), None)


def _open(shares: Iterable[Share]) -> Decimal:
    return sum_of(max(share.open, ZERO) for share in shares)


def _stock_on(stock: StockState, day: date) -> Decimal:
    """What is left, on what is recorded, of the lots that had come by a day."""
    return sum_of(lot.left for lot in stock.lots.values() if lot.received_on <= day)
