"""What a simulation found, for a person and for a program: every amount exact, and beside what was recorded."""

from collections.abc import Callable, Mapping
from datetime import date

import msgspec
from rich.console import Console

from bloc.simulating.running import Answer, NotLawful, Question
from bloc.simulating.tables import SHOWN, tables
from bloc.terminal import harmless
from contracts.decimals import plain_text
from services.tariffs.domain.rule import Violation
from services.tariffs.domain.simulating.hypothesis import RELAXED
from services.tariffs.domain.simulating.reckoning import Reckoned
from services.tariffs.domain.simulating.sums import Cell, Simulated, Sum

_BY: Mapping[str, Callable[[Cell], tuple[str, ...]]] = {
    "total": lambda cell: (cell.currency,),
    "by_member": lambda cell: (cell.member, cell.currency),
    "by_line": lambda cell: (cell.line, cell.currency),
    "by_importer": lambda cell: (cell.scheme, cell.id, cell.member, cell.currency),
}
_FIELDS = {
    "total": ("currency",),
    "by_member": ("member", "currency"),
    "by_line": ("line", "currency"),
    "by_importer": ("scheme", "id", "member", "currency"),
}

_TITLES = {"total": "In all", "by_member": "By member", "by_line": "By line", "by_importer": "By importer"}


def as_json(answer: Answer | NotLawful, question: Question, status: int) -> str:
    """The answer for programs; `status` is the exit status."""
    document: dict[str, object] = {
        "status": status,
        "source": answer.source,
        "position": answer.position,
        "from": None if question.first == date.min else question.first.isoformat(),
        "to": None if question.end == date.max else question.end.isoformat(),
        "hypothesis": [
            {"line": number, "type": event.type, "subject": event.subject, "party": event.party}
            for number, event in enumerate(question.events, 1)
        ],
    }
    if isinstance(answer, NotLawful):
        document["broken"] = [_violation(one, question) for one in answer.refusal.violations]
    else:
        outcome = answer.outcome
        document |= {
            "recorded_on": answer.recorded_on.isoformat(),
            "first_position": answer.supposed.first,
            "relaxed": [_violation(one, question) for one in answer.supposed.relaxed],
            "declarations": outcome.declarations,
            "affected": [{"scheme": scheme, "id": name} for scheme, name in outcome.affected],
            "not_compared": dict(sorted(outcome.not_compared.items())),
            **{name: _sums(answer, name) for name in _BY},
            "changes": [_change(one) for one in outcome.largest()],
        }
    return msgspec.json.encode(document).decode()


def _violation(violation: Violation, question: Question) -> dict[str, object]:
    return {
        "line": _line_of(violation, question),
        "rule": violation.rule.id,
        "title": violation.rule.title,
        "path": violation.path,
        "detail": violation.detail,
    }


def _line_of(violation: Violation, question: Question) -> int:
    """Line of the hypothesis, from 1 on."""
    return next(number for number, event in enumerate(question.events, 1) if event.id == violation.event_id)


def _sums(answer: Answer, name: str) -> list[dict[str, object]]:
    return [
        dict(zip(_FIELDS[name], key, strict=True)) | _sum(found)
        for key, found in answer.outcome.summed(_BY[name]).items()
    ]


def _sum(found: Sum) -> dict[str, object]:
    return {
        "items": found.items,
        "changed": found.changed,
        "not_compared": found.not_compared,
        "duty": {
            "recorded": plain_text(found.recorded),
            "without": plain_text(found.without),
            "supposed": plain_text(found.supposed),
            "difference": plain_text(found.difference),
            "recorded_not_compared": plain_text(found.recorded_not_compared),
        },
        "below_floor": {"without": found.below_without, "supposed": found.below_supposed},
        "gap": {"without": plain_text(found.gap_without), "supposed": plain_text(found.gap_supposed)},
    }


def _change(one: Simulated) -> dict[str, object]:
    difference = one.difference
    assert difference is not None  # only what was compared is listed
    return {
        "stream": one.stream,
        "item_no": one.item_no,
        "importer": {"scheme": one.importer[0], "id": one.importer[1]},
        "line": one.line,
        "day": one.day,
        "currency": one.currency,
        "recorded": plain_text(one.recorded),
        "without": _reckoned(one.without),
        "supposed": _reckoned(one.supposed),
        "difference": plain_text(difference),
    }


def _reckoned(found: Reckoned) -> dict[str, str]:
    return {"duty": "" if found.duty is None else plain_text(found.duty), "gap": plain_text(found.gap)}


def tell(answer: Answer, question: Question, console: Console) -> None:
    """Print the answer for a person."""
    outcome = answer.outcome
    _line(console, f"SIMULATED, nothing is recorded: {answer.source} up to entry {answer.position}", "bold")
    _line(console, f"{_days(question)}, as if this were known:")
    for number, event in enumerate(question.events, 1):
        _line(console, f"  {number}. {event.type} on {event.subject}, by {event.party}")
    _line(console, "not asked for: signatures", "yellow")
    for one in answer.supposed.relaxed:
        text = f"line {_line_of(one, question)}: {RELAXED[one.rule.id]} ({one.rule.id})"
        _line(console, f"not asked for: {text}", "yellow")
    _line(
        console,
        f"{outcome.declarations} declarations; the duty of {len(outcome.affected)} importers changes",
        "bold",
    )
    for name, title in _TITLES.items():
        for table in tables(title, answer.outcome.summed(_BY[name])):
            console.print(table)
    _tell_changes(answer, console)
    for why, number in sorted(outcome.not_compared.items())[:SHOWN]:
        _line(console, f"not compared, {number} items: {why}", "yellow")


def _days(question: Question) -> str:
    since = "" if question.first == date.min else f" from {question.first}"
    until = "" if question.end == date.max else f" to before {question.end}"
    return f"governing days{since}{until}" if since or until else "all governing days"


def tell_refusal(refused: NotLawful, question: Question, console: Console) -> None:
    """Print for what a hypothesis was refused."""
    _line(console, f"THE HYPOTHESIS IS NOT LAWFUL after entry {refused.position} of {refused.source}:", "red")
    for one in refused.refusal.violations:
        text = f"line {_line_of(one, question)}, {one.path}: {one.rule.id}, {one.rule.title}: {one.detail}"
        _line(console, f"  {text}")
    _line(console, "Mend it, or suppose what it builds on as well; a correction reaches back into the past.")


def _tell_changes(answer: Answer, console: Console) -> None:
    if answer.outcome.affected:
        _line(console, "Declarations whose duty changes the most", "italic")
    for place, one in enumerate(answer.outcome.largest()):
        if place == SHOWN:
            _line(console, "… --json lists more of them")
            return
        without, supposed = one.without.duty, one.supposed.duty
        assert without is not None  # only what was compared is listed
        assert supposed is not None
        item = f"{one.stream.removeprefix('declaration/')}#{one.item_no}"
        recorded = "" if one.recorded == without else f"; recorded {plain_text(one.recorded)}"
        change = f"{plain_text(without)} → {plain_text(supposed)} {one.currency}"
        _line(console, f"  {item}, {one.day}: {change}{recorded}")


def _line(console: Console, text: str, style: str | None = None) -> None:
    console.print(harmless(text), style=style, markup=False)
