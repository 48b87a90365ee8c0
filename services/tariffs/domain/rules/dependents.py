"""What rests on a mineral, a line of the catalogue or a legal act: prices, floors, measures, stock, lines of a mineral.

Asked only when a definition is annulled or says something else about how its goods are measured, so it may look
through all of them.
"""

from collections.abc import Sequence

from contracts.events import ActAdopted
from services.tariffs.domain.histories.effective import act_of, things_on_acts
from services.tariffs.domain.histories.timeline import known_at, known_entries
from services.tariffs.domain.state import Recorded, RulesState


def resting_on(
    rules: RulesState, field: str, thing: str, before: Sequence[Recorded], after: Sequence[Recorded]
) -> str | None:
    """In words, something that a change of a definition would leave without ground; None when nothing is."""
    if field == "minerals" and before and not after:
        return _line_of(rules, thing)
    if field == "lines" and before and (not after or after[0].data.content != before[0].data.content):
        return _on_line(rules, thing)
    if field == "acts" and _is_adopted(before) and not _is_adopted(after):
        return _on_act(rules, thing)
    return None


def _is_adopted(entries: Sequence[Recorded]) -> bool:
    return any(isinstance(entry.data, ActAdopted) for entry in entries)


def _on_act(rules: RulesState, act: str) -> str | None:
    for kind, name, history in things_on_acts(rules):
        for entry in known_at(history, rules.position):
            if act_of(entry) == act:
                of = " of" if kind == "floor" else ""
                return f"{kind}{of} {name} ({entry.where}) rests on {act}; annul it first"
    return None


def _line_of(rules: RulesState, mineral: str) -> str | None:
    for line in rules.lines:
        entries = known_entries(rules.lines, line)
        if entries and entries[0].data.mineral == mineral:
            return f"line {line} ({entries[0].where}) is of {mineral}; annul it first"
    return None


def _on_line(rules: RulesState, line: str) -> str | None:
    for what, histories in (("floor", rules.floors), ("reference price", rules.reference_prices)):
        entries = known_entries(histories, line)
        if entries:
            return f"a {what} ({entries[-1].where}) rests on {line}; annul it first"
    for (_, named), measures in rules.measures_by_line.items():
        for measure in measures if named == line else ():
            if known_entries(rules.measures, measure):
                return f"measure {measure} names {line}; annul or amend it first"
    for reserve, directory in rules.reserves.items():
        if f"stock/{reserve}/{line}" in directory.streams:
            return f"reserve {reserve} has stock of {line}"
    return None
