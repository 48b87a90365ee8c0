"""Duty expressions as tariffs print them, read from left to right.

In tariff language MIN is a *minimum duty* and so evaluates to the larger of two amounts, MAX is a *maximum*
and evaluates to the smaller (TARIC duty expressions 15 and 17/35); the operators here are therefore called
`at_least` and `at_most`. The result keeps the components that produced it: when a minimum wins, it alone is
the duty line, with its own basis, because that is the figure a customs officer has to be able to check.
Nothing is rounded.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from contracts.decimals import EXACT
from contracts.duty_expressions import AdValorem, DifferenceToPrice, DutyComponent, Specific
from contracts.events.duties import DutyBasis
from contracts.values import Money

from .exact import HUNDRED, ZERO, exact_text, sum_of
from .figures import (
    FIELD_OF_PRICE_BASIS,
    ItemFigures,
    Priced,
    declared_value,
    price_times_mass,
    too_large,
)
from .schedule import share_of_gap
from .unknown import NotKnown


class Term(msgspec.Struct, frozen=True, gc=False):
    """One component of an expression with the amount that it contributes, unrounded and not negative."""

    component: DutyComponent
    basis: DutyBasis
    exact: Decimal


class Working(msgspec.Struct, frozen=True, gc=False):
    """One step of working out: the formula with its figures, and the exact result so far."""

    formula: str
    exact: Decimal


class Evaluated(msgspec.Struct, frozen=True, gc=False):
    """What an expression comes to: the terms that survive its bounds, their sum, and the working."""

    terms: tuple[Term, ...]
    exact: Decimal
    workings: tuple[Working, ...]


def evaluate(
    duty: Sequence[DutyComponent], figures: ItemFigures, duty_before: Decimal
) -> Evaluated | NotKnown:
    """Evaluate an expression for one item.

    `duty_before` is the sum of the exact duties that come before it; only price basis `cif_plus_duty` reads
    it. The first component must have op `+`. A result below zero is zero: a tariff takes, it does not pay.
    """
    added_up: list[Term] = []
    running = ZERO
    workings: list[Working] = []
    deducts = False
    for component in duty:
        found = _compute(component, figures, duty_before)
        if isinstance(found, NotKnown):
            return found
        term, formula = found
        exact = term.exact
        before = exact_text(running) if workings else ""
        match component.op:
            case "+":
                running = EXACT.add(running, exact)
                added_up.append(term)
                formula = f"{before} + {formula}" if before else formula
            case "-":
                running = EXACT.subtract(running, exact)
                added_up.append(term)
                deducts = True
                formula = f"{before} - {formula}"
            case "at_least":
                if exact > running:
                    running, added_up = exact, [term]
                formula = f"max({before}, {formula})"
            case "at_most":
                if exact < running:
                    running, added_up = exact, [term]
                formula = f"min({before}, {formula})"
        large = too_large(abs(running))
        if large is not None:
            return large
        workings.append(Working(formula, running))
    terms = _without_deductions(added_up) if deducts else tuple(added_up)
    return Evaluated(terms, max(ZERO, running), tuple(workings))


def _without_deductions(added_up: list[Term]) -> tuple[Term, ...]:
    """Take what was deducted from the other terms, the last first: duty lines have no sign."""
    deducted = sum_of(term.exact for term in added_up if term.component.op == "-")
    kept: list[Term] = []
    for term in reversed(added_up):
        if term.component.op == "-":
            continue
        cut = min(term.exact, deducted)
        deducted = EXACT.subtract(deducted, cut)
        kept.append(msgspec.structs.replace(term, exact=EXACT.subtract(term.exact, cut)))
    kept.reverse()
    return tuple(kept)


def _compute(
    component: DutyComponent, figures: ItemFigures, duty_before: Decimal
) -> tuple[Term, str] | NotKnown:
    """Compute one component by itself: its term, and the formula as the trace prints it."""
    if isinstance(component, AdValorem):
        return _ad_valorem(component, figures)
    if isinstance(component, Specific):
        return _specific(component, figures)
    return _difference_to_price(component, figures, duty_before)


def _ad_valorem(component: AdValorem, figures: ItemFigures) -> tuple[Term, str] | NotKnown:
    exact = EXACT.divide(EXACT.multiply(figures.ad_valorem_value, Decimal(component.percent)), HUNDRED)
    basis = DutyBasis("customs_value", figures.ad_valorem_text, currency=figures.currency)
    formula = f"{figures.ad_valorem_text} {figures.currency} x {component.percent} / 100"
    return too_large(exact) or (Term(component, basis, exact), formula)


def _specific(component: Specific, figures: ItemFigures) -> tuple[Term, str] | NotKnown:
    content = "" if isinstance(component.content, msgspec.UnsetType) else component.content
    priced = price_times_mass(figures, component.amount, component.currency, component.per, content)
    if isinstance(priced, NotKnown):
        return priced
    owed = figures.exchange.convert(priced.exact, component.currency)
    if isinstance(owed, NotKnown):
        return owed
    mass = figures.item.net_mass
    term = Term(component, DutyBasis("net_mass", mass.value, unit=mass.unit), owed.exact)
    return too_large(owed.exact) or (term, priced.formula + owed.factor)


def _difference_to_price(
    component: DifferenceToPrice, figures: ItemFigures, duty_before: Decimal
) -> tuple[Term, str] | NotKnown:
    """What the declared value lacks to price x quantity: zero at or above it, and never below zero.

    The value is compared with price x quantity. A unit price computed from the value would have to be
    rounded.
    """
    price = component.price
    content = "" if isinstance(price.content, msgspec.UnsetType) else price.content
    money = declared_value(figures, component.price_basis)
    if isinstance(money, NotKnown):
        return money
    priced = price_times_mass(figures, price.amount, price.currency, price.per, content)
    if isinstance(priced, NotKnown):
        return priced
    field = FIELD_OF_PRICE_BASIS[component.price_basis]
    found = gap_to(figures, priced, price.currency, money, field)
    if isinstance(found, NotKnown):
        return found
    gap, formula = found.exact, found.formula
    if component.price_basis == "cif_plus_duty":
        gap = EXACT.subtract(gap, duty_before)
        formula = f"{formula} - {exact_text(duty_before)} {figures.currency}"
    basis = DutyBasis(field, money.amount, currency=money.currency)
    owed, formula = max(ZERO, gap), f"max(0, {formula})"
    schedule = component.schedule
    if not isinstance(schedule, msgspec.UnsetType) and owed:
        whole = figures.exchange.convert(priced.exact, price.currency)
        if isinstance(whole, NotKnown):
            return whole
        owed, shares = share_of_gap(schedule, owed, whole.exact)
        formula = f"of {formula}: {shares}"
    return too_large(gap) or (Term(component, basis, owed), formula)


def gap_to(
    figures: ItemFigures, priced: Priced, currency: str, money: Money, field: str
) -> Working | NotKnown:
    """What `money` lacks to `priced` (in `currency`), in the member's currency; below zero when it lacks nothing.

    In one currency, the difference is taken first and converted once (E17); otherwise each side is converted.
    """
    value = Decimal(money.amount)
    if money.currency == currency:
        gap = EXACT.subtract(priced.exact, value)
        formula = f"{priced.formula} - {money.amount} {money.currency}"
        owed = figures.exchange.convert(gap, currency, field)
        if isinstance(owed, NotKnown):
            return owed
        return Working(f"({formula}){owed.factor}" if owed.factor else formula, owed.exact)
    wanted = figures.exchange.convert(priced.exact, currency)
    if isinstance(wanted, NotKnown):
        return wanted
    has = figures.exchange.convert(value, money.currency, field)
    if isinstance(has, NotKnown):
        return has
    formula = f"{priced.formula}{wanted.factor} - {money.amount} {money.currency}{has.factor}"
    return Working(formula, EXACT.subtract(wanted.exact, has.exact))
