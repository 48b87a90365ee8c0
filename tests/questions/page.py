"""docs/questions.md, cut into its questions: the commands that it tells people to type and the answers that it shows.

What is tested is the page itself. A command runs as it stands, only with other ports. Of an answer, the page shows a
part: every member shown must be there with that value, and shown elements of a list must stand there in that order.
What differs from run to run (positions, times of recording, ids, hashes) is compared by its kind alone, and `…` stands
for anything.
"""

import json
import re
from typing import Any, cast

from msgspec import Struct

from tests.flow.documents import PROJECT

PAGE = "docs/questions.md"

DIFFERS_EACH_RUN = frozenset(
    {
        "declaration_event",
        "digest",
        "draft",
        "id",
        "from_position",
        "head",
        "fulfilled_at",
        "kid",
        "known_position",
        "mends",
        "position",
        "positions",
        "recorded_at",
        "registered_at",
        "state_hash",
        "target_position",
        "terms_position",
        "market_position",
    }
)
"""Members whose value belongs to one run of the demo."""


_SETS = re.compile(r"^(\w+)=", re.MULTILINE)


class Step(Struct, frozen=True):
    """A command and the answers that the page shows below it: JSON (parts of one document) or lines of text."""

    script: str
    shown: tuple[tuple[str, str], ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Names that the command sets: later commands of the question are typed into the same terminal."""
        return tuple(_SETS.findall(self.script))


class Question(Struct, frozen=True):
    """One of the 27: its heading, the words below it, and what to type."""

    number: int
    title: str
    text: str
    steps: tuple[Step, ...]


def questions() -> dict[int, Question]:
    """All questions of the page by their number."""
    text = (PROJECT / PAGE).read_text("utf-8")
    sections = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)
    numbered = [found for section in sections if (found := re.match(r"(\d+)\. (.+)\n", section))]
    return {
        int(found[1]): Question(int(found[1]), found[2], found.string, _steps(found.string))
        for found in numbered
    }


def _steps(section: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    for language, content in re.findall(r"^```(\w+)\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
        if language == "sh":
            steps.append(Step(content, ()))
        else:
            assert steps, f"an answer without a command: {content}"
            steps[-1] = Step(steps[-1].script, (*steps[-1].shown, (language, content)))
    return tuple(steps)


def differences(shown: Any, answered: Any, path: str = "$") -> list[str]:
    """Where an answer lacks what is shown of it; nothing when it is all there."""
    if isinstance(shown, dict):
        if not isinstance(answered, dict):
            return [f"{path}: an object is shown"]
        found, members = cast("dict[str, Any]", answered), cast("dict[str, Any]", shown)
        return [one for name, value in members.items() for one in _of_member(name, value, found, path)]
    if isinstance(shown, list):
        if not isinstance(answered, list):
            return [f"{path}: a list is shown"]
        return _of_elements(cast("list[Any]", shown), cast("list[Any]", answered), path)
    if isinstance(shown, str) and "…" in shown:
        fits = isinstance(answered, str) and _pattern(shown).fullmatch(answered)
        return [] if fits or shown == "…" else [f"{path}: {shown!r} is shown, {answered!r} answered"]
    return [] if shown == answered else [f"{path}: {shown!r} is shown, {answered!r} answered"]


def lines_missing(shown: str, printed: str) -> list[str]:
    """Lines that are shown and were not printed, in that order."""
    printed_lines = iter(printed.splitlines())
    return [
        line
        for line in shown.splitlines()
        if line.strip(" …") and not any(_pattern(line).fullmatch(one.rstrip()) for one in printed_lines)
    ]


def parsed(text: str) -> Any:
    """JSON as the page shows it."""
    return json.loads(text)


def _of_member(name: str, shown: Any, answered: dict[str, Any], path: str) -> list[str]:
    if name not in answered:
        return [f"{path}.{name}: missing"]
    if name in DIFFERS_EACH_RUN:
        is_kind = isinstance(answered[name], type(shown))
        return [] if is_kind else [f"{path}.{name}: {shown!r} is shown, {answered[name]!r} answered"]
    return differences(shown, answered[name], f"{path}.{name}")


def _of_elements(shown: list[Any], answered: list[Any], path: str) -> list[str]:
    left = iter(answered)
    for number, value in enumerate(shown):
        if all(differences(value, one) for one in left):
            nearest = min((differences(value, one) for one in answered), key=len, default=["nothing"])
            return [f"{path}[{number}]: not answered in this order; the nearest differs in {nearest}"]
    return []


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.rstrip().split("…")))
