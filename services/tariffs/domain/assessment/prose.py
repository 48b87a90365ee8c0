"""An assessment in plain words: its trace, one sentence a step, each with the act, article and position it rests on.

The trace is what is recorded, and says all there is to say; this only reads it aloud. So nothing is computed here, and
a step of a kind that has no sentence of its own yet is told by its fields rather than left out. A reader who doubts a
sentence finds the signed entry at the position that it names.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec import UNSET

from contracts.events.declarations import DeclarationItem
from contracts.events.duties import TraceStep
from contracts.values import LegalBasis
from services.tariffs.domain.histories.timeline import known_at, recorded_by
from services.tariffs.domain.state import History, RulesState

from .assess import Assessment

DUTY_NAMES: Mapping[str, str] = {
    "base": "base duty",
    "preference": "preferential duty",
    "autonomous_suspension": "duty under an autonomous suspension",
    "anti_dumping": "anti-dumping duty",
    "countervailing": "countervailing duty",
    "safeguard": "safeguard duty",
    "price_floor": "duty that keeps the price floor",
}
"""What the duty of each kind of line is called in a sentence."""


def explain(rules: RulesState, item: DeclarationItem, assessment: Assessment) -> tuple[str, ...]:
    """The steps of an assessment of `item` on `rules`, as sentences in the order of the calculation."""
    told: list[str] = []
    for step in assessment.trace:
        tell = _KNOWN.get(step.step, _duty if step.step in DUTY_NAMES else _anything)
        sentence = _not_known(step) if step.result == "not known" else tell(step, item, assessment)
        sources = _lines_of(assessment, step.step) if step.formula is not UNSET else ()
        cited = _cited(rules, assessment, step, sources)
        told.append(f"{sentence[0].upper()}{sentence[1:]}{f' ({cited})' if cited else ''}.")
    return tuple(told)


def _governing_date(step: TraceStep, _item: DeclarationItem, assessment: Assessment) -> str:
    said = {} if step.input is UNSET else step.input
    return (
        f"{assessment.member} accepted the goods at {said.get('accepted_at')}, and in {said.get('legal_tz')} that is "
        f"{step.result}: the rules of that day apply, as known at position {assessment.known_position}"
    )


def _origin(step: TraceStep, item: DeclarationItem, _assessment: Assessment) -> str:
    return f"the goods are of origin {item.origin}, {step.result}"


def _select(step: TraceStep, _item: DeclarationItem, _assessment: Assessment) -> str:
    verdict = "applies" if step.applies is True else "does not apply"
    if step.measure is not UNSET:
        return f"measure {step.measure} {verdict}: {step.because}"
    if step.floor is not UNSET:
        return f"the price floor of {step.floor} {verdict}: {step.because}"
    return f"{'' if step.applies else 'no floor or further measure applies: '}{step.because}"


def _quota(step: TraceStep, _item: DeclarationItem, _assessment: Assessment) -> str:
    said = {} if step.input is UNSET else step.input
    return (
        f"{said['requested']} of quota {said['order_number']} are asked for and {said['left']} are left "
        f"({step.because}): {step.result}"
    )


def _undertaking(step: TraceStep, _item: DeclarationItem, _assessment: Assessment) -> str:
    said = {} if step.input is UNSET else step.input
    verdict = "is met" if step.applies is True else "is not met"
    asked = _CONDITIONS.get(said["condition"], said["condition"])
    return f"the condition of undertaking {said['undertaking']} that {asked} {verdict}: {step.because}"


_CONDITIONS: Mapping[str, str] = {
    "in_force": "it is in force",
    "company": "its company is the exporter",
    "invoice": "the invoice stands",
    "cap": "its volume cap is claimed",
    "model": "the goods are of the model",
    "price": "the price is at or above the minimum",
}
"""What each condition asks, as the end of "the condition that"."""


def _split(step: TraceStep, _item: DeclarationItem, _assessment: Assessment) -> str:
    parts = () if step.results is UNSET else step.results
    return f"the item is split where the quota ends, by the rule {step.rule}: {' and '.join(parts)}"


def _exchange_rate(step: TraceStep, _item: DeclarationItem, _assessment: Assessment) -> str:
    return f"amounts are converted at {step.result}, by the rule {step.rule} ({step.because})"


def _value_rounding(step: TraceStep, _item: DeclarationItem, assessment: Assessment) -> str:
    return (
        f"the value that ad valorem duties are taken on is {step.formula}, rounded by the rule {step.rule}: "
        f"{step.exact} {assessment.currency}"
    )


def _duty(step: TraceStep, _item: DeclarationItem, assessment: Assessment) -> str:
    if step.formula is UNSET:
        return f"there is no {DUTY_NAMES[step.step]}: {step.because}"
    return f"the {DUTY_NAMES[step.step]} is {step.formula} = {step.exact} {assessment.currency}"


def _price_undercut(step: TraceStep, _item: DeclarationItem, assessment: Assessment) -> str:
    return (
        f"against the floor the goods lack {step.formula} = {step.exact} {assessment.currency}: {step.result}"
    )


def _round(step: TraceStep, _item: DeclarationItem, assessment: Assessment) -> str:
    amounts = () if step.results is UNSET else step.results
    return f"rounded once, by the rule {step.rule}, the lines are {', '.join(amounts)} {assessment.currency}"


def _total(step: TraceStep, _item: DeclarationItem, assessment: Assessment) -> str:
    many = len(assessment.lines) > 1
    if assessment.status == "provisional":
        return f"as far as it is known, the duty on the item is {step.result} {assessment.currency}"
    return (
        f"the duty on the item is {f'{step.formula} = ' if many else ''}{step.result} {assessment.currency}"
    )


_KNOWN: Mapping[str, Callable[[TraceStep, DeclarationItem, Assessment], str]] = {
    "governing_date": _governing_date,
    "origin": _origin,
    "select": _select,
    "quota": _quota,
    "undertaking": _undertaking,
    "split": _split,
    "exchange_rate": _exchange_rate,
    "value_rounding": _value_rounding,
    "price_undercut": _price_undercut,
    "round": _round,
    "total": _total,
}


def _not_known(step: TraceStep) -> str:
    plain = DUTY_NAMES.get(step.step, step.step.replace("_", " "))
    what = plain if step.floor is UNSET else f"price floor of {step.floor}"
    return f"the {what} is not known: {step.because}"


def _anything(step: TraceStep, _item: DeclarationItem, _assessment: Assessment) -> str:
    """A step by its fields."""
    named = (
        name for name in ("because", "formula", "rule", "exact", "result") if getattr(step, name) is not UNSET
    )
    said = [f"{name} {getattr(step, name)}" for name in named]
    inputs = () if step.input is UNSET else (f"{name} {value}" for name, value in step.input.items())
    return f"{step.step.replace('_', ' ')}: {', '.join((*inputs, *said))}"


def _lines_of(assessment: Assessment, kind: str) -> Iterable[str]:
    """What the duty lines of a kind cite, each once."""
    cites = (line.cites for line in assessment.lines if line.kind == kind)
    return dict.fromkeys(
        f"{cite.stream}, {_basis(cite.legal_basis)}, position {cite.position}" for cite in cites
    )


def _cited(rules: RulesState, assessment: Assessment, step: TraceStep, sources: Iterable[str]) -> str:
    """What a step rests on: the entry that it names, or what the lines that it led to cite."""
    if step.position is UNSET:
        return "; ".join(sources)
    for history in _histories(rules, assessment, step):
        for entry in (
            *known_at(history, assessment.known_position),
            *recorded_by(history, assessment.known_position),
        ):
            basis = getattr(entry.data, "legal_basis", None)
            if entry.says_so == step.position and isinstance(basis, LegalBasis):
                return f"{_basis(basis)}, position {step.position}"
    return f"position {step.position}"


def _histories(rules: RulesState, assessment: Assessment, step: TraceStep) -> Iterable[History]:
    """Where the entry that a step names may stand."""
    said = {} if step.input is UNSET else step.input
    series = said.get("stream", "").removeprefix("exchange_rate/")
    named = (
        (rules.measures, step.measure),
        (rules.floors, step.floor),
        (rules.exchange_rates, series),
        (rules.quotas, said.get("order_number", "")),
        (rules.undertakings, said.get("undertaking", "")),
        (rules.members, assessment.member),
        *((rules.members, member) for member in rules.members_by_country.get(said.get("origin", ""), ())),
        (rules.measures, _named_first(step)),
        (rules.acts, _named_first(step).removeprefix("its act ")),
    )
    return [histories[name] for histories, name in named if name is not UNSET and name in histories]


def _named_first(step: TraceStep) -> str:
    """The measure or act that a reason begins with ("us.base.284690: suspended from …"); empty without a reason."""
    return "" if step.because is UNSET else step.because.partition(":")[0]


def _basis(basis: LegalBasis) -> str:
    """Act and article, as one cites them."""
    whole = basis.article.startswith("whole")
    return f"{basis.act}, {basis.article if whole else f'article {basis.article}'}"
