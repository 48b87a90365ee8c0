"""Why two assessments differ: the same good on the same day, and what each member's law makes of it.

Each assessment is read by aspects: how the goods were declared, the day that governs, where they are held to come
from, the duties and the floor that apply, the rates of exchange, the rounding. An aspect on which all agree explains
nothing; those on which they do not are named, with who says what.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import UNSET

from contracts.duty_expressions import AdValorem, Specific
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import DutyLine

from .assess import Assessment

Aspect = Literal[
    "classification",
    "governing_day",
    "origin",
    "duty",
    "floor",
    "exchange_rate",
    "rounding",
    "currency",
    "known",
]


class Said(msgspec.Struct, frozen=True):
    """What an aspect is for these members."""

    says: str
    members: tuple[str, ...]


class AspectDifference(msgspec.Struct, frozen=True):
    """An aspect on which the assessments do not agree."""

    aspect: Aspect
    said: tuple[Said, ...]


class Result(msgspec.Struct, frozen=True):
    """What one member's assessment comes to."""

    member: str
    total: str
    currency: str | None
    status: str
    complete: bool


class Comparison(msgspec.Struct, frozen=True):
    """`is_same` when all come to the same amount in the same currency; they may still differ in how."""

    is_same: bool
    results: tuple[Result, ...]
    differences: tuple[AspectDifference, ...]


def compare(quoted: Sequence[tuple[DeclarationItem, Assessment]]) -> Comparison:
    """Compare assessments, each with the item that it is of; in the order given."""
    results = tuple(
        Result(found.member, found.total, found.currency, found.status, found.complete) for _, found in quoted
    )
    differences = (_differing(aspect, read, quoted) for aspect, read in _ASPECTS.items())
    return Comparison(
        is_same=len({(result.total, result.currency, result.complete) for result in results}) == 1,
        results=results,
        differences=tuple(found for found in differences if found is not None),
    )


def _differing(
    aspect: Aspect,
    read: Callable[[DeclarationItem, Assessment], str],
    quoted: Sequence[tuple[DeclarationItem, Assessment]],
) -> AspectDifference | None:
    said: dict[str, list[str]] = {}
    for item, assessment in quoted:
        said.setdefault(read(item, assessment), []).append(assessment.member)
    if len(said) == 1:
        return None
    return AspectDifference(aspect, tuple(Said(says, tuple(members)) for says, members in said.items()))


def _classification(item: DeclarationItem, _found: Assessment) -> str:
    line = "no line" if item.line is UNSET else f"line {item.line}"
    codes = () if item.additional_codes is UNSET else item.additional_codes
    added = f", additional codes {', '.join(codes)}" if codes else ""
    return f"{item.commodity_code} ({item.hs_edition}), {line}{added}"


def _governing_day(_item: DeclarationItem, found: Assessment) -> str:
    return "not known" if found.governing_date is None else str(found.governing_date)


def _origin(item: DeclarationItem, found: Assessment) -> str:
    steps = (step.result for step in found.trace if step.step == "origin" and step.result is not UNSET)
    return f"{item.origin}: {'; '.join(steps) or 'not known'}"


def _duty(_item: DeclarationItem, found: Assessment) -> str:
    return "; ".join(_words(line) for line in found.lines if line.kind != "price_floor") or "none"


def _floor(_item: DeclarationItem, found: Assessment) -> str:
    return "; ".join(_words(line) for line in found.lines if line.kind == "price_floor") or "none"


def _exchange_rate(_item: DeclarationItem, found: Assessment) -> str:
    return _results(found, "exchange_rate") or "none was needed"


def _rounding(_item: DeclarationItem, found: Assessment) -> str:
    rules = (step.rule for step in found.trace if step.step in ("value_rounding", "round"))
    return "; ".join(rule for rule in rules if rule is not UNSET) or "nothing was rounded"


def _currency(_item: DeclarationItem, found: Assessment) -> str:
    return found.currency or "not known"


def _known(_item: DeclarationItem, found: Assessment) -> str:
    return "; ".join(missing.because for missing in found.unknown) or "everything"


def _results(found: Assessment, name: str) -> str:
    steps = ((step.result, step.rule) for step in found.trace if step.step == name)
    return "; ".join(
        f"{result} (rule {rule})" for result, rule in steps if result is not UNSET and rule is not UNSET
    )


def _words(line: DutyLine) -> str:
    """A duty as its law prints it: its kind and the component that made the line."""
    match line.component:
        case AdValorem() as duty:
            said = f"{duty.percent} %"
        case Specific() as duty:
            said = f"{duty.amount} {duty.currency}/{duty.per}"
        case duty:
            said = f"difference to {duty.price.amount} {duty.price.currency}/{duty.price.per} ({duty.price_basis})"
    return f"{line.kind} {said}"


_ASPECTS: Mapping[Aspect, Callable[[DeclarationItem, Assessment], str]] = {
    "classification": _classification,
    "governing_day": _governing_day,
    "origin": _origin,
    "duty": _duty,
    "floor": _floor,
    "exchange_rate": _exchange_rate,
    "rounding": _rounding,
    "currency": _currency,
    "known": _known,
}
"""What may explain a difference, in the order of the calculation."""
