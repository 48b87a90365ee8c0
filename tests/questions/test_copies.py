"""`bloc ask`: every answer that the page gets from a service is had from a copy of the entries, byte for byte."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bloc.asking.answering import Answering
from bloc.history.sources import Lines, open_history
from tests.command.typed import surroundings_of, typed
from tests.flow.documents import PROJECT, blocks
from tests.questions.asking import Asking
from tests.questions.page import PAGE, questions
from tests.tariffs.described import hold_against_description

_READ = re.compile(r"http://127\.0\.0\.1:8080(/[^'\"\s]+)")


def paths() -> set[str]:
    """What the page reads of the tariffs service, but for what the terminal fills in."""
    scripts = "".join(step.script for question in questions().values() for step in question.steps)
    return {path for path in _READ.findall(scripts) if "$" not in path}


@pytest.fixture(scope="module")
def copy(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The entries as a file, in a folder that has nothing else."""
    file = tmp_path_factory.mktemp("empty-machine") / "copy.ndjson"
    headers = {"Accept": "application/x-ndjson"}
    file.write_bytes(httpx.get(f"{asking.ledger_url}/entries", headers=headers).raise_for_status().content)
    return file


def folded(copy: Path) -> Answering:
    """The copy, to be asked."""
    return Answering(open_history(str(copy)), lambda _: None)


def newest(copy: Path) -> int:
    """The last position in it."""
    return copy.read_bytes().count(b"\n") - 1


def test_a_copy_answers_what_the_service_answers(asking: Asking, copy: Path) -> None:
    """Duties, rules, members, the reserve, refusals, today and as known before; and what is wrong with a query."""
    early = (
        "/rules?code=284690&position=370",
        "/floors/ndpr.oxide_compound.oxide_99?known_at=2026-01-01T00:00:00Z",
    )
    wrong = "/declarations/US/NONE", "/rules?effectiv_at=2026-06-15", "/members?effective_at=tomorrow"
    asked = {*paths(), *early, *wrong}
    assert len(asked) > 20
    record = folded(copy)
    for path in sorted(asked):
        is_bound = "known_at" in path or "position" in path
        at = path if is_bound else f"{path}{'&' if '?' in path else '?'}position={newest(copy)}"
        served = httpx.get(f"{asking.tariffs_url}{at}")
        found = asyncio.run(record.ask(at))
        assert (found.status_code, found.content) == (served.status_code, served.content), path


def test_a_copy_quotes_as_the_service_does(asking: Asking, copy: Path) -> None:
    """`POST /assessments`, with the same trace and total."""
    path = f"/assessments?explain=true&position={newest(copy)}"
    body = (PROJECT / "docs/quote.json").read_bytes()
    served = httpx.post(
        f"{asking.tariffs_url}{path}", content=body, headers={"Content-Type": "application/json"}
    )
    found = asyncio.run(folded(copy).ask(path, body))
    assert served.status_code == 200
    hold_against_description("/assessments", served.json(), "post")
    assert found.content == served.content


def test_what_the_page_types_about_a_copy_can_be_typed(asking: Asking) -> None:
    """The duty of E06 among it, as declared and as a quote: asked one by one, and again of one fold."""
    script = "".join(blocks(PAGE, "sh", "The same answer from a copy"))
    shutil.copytree(PROJECT / "docs", asking.folder / "docs", dirs_exist_ok=True)
    printed = asking.typed(script)
    assert printed.count('"total":"638196.00"') == 4


def test_questions_of_a_file_are_answered_line_by_line(copy: Path) -> None:
    """One fold for all: an answer a line, a problem among them; what is no question is said and passed over."""
    lines = "# mine\n/declarations/US/DEMO-0000004-4\n\nrules\n/declarations/US/NONE\n/members\n"
    done = typed("ask", "-", copy, environment=surroundings_of(), given=lines.encode())
    duty, none, members = map(json.loads, done.out.splitlines())
    assert (duty["declaration"]["reference"], none["status"]) == ("DEMO-0000004-4", 404)
    assert len(members["members"]) > 50
    assert (done.status, done.err.splitlines()[0]) == (2, "rules is no path.")


def test_a_file_of_good_questions_ends_well(copy: Path) -> None:
    """Exit status 0; 1 as soon as one of the answers is a problem."""
    good, problem = b"/rulesets\n/members", b"/members\n/declarations/US/NONE\n/rulesets\n"
    assert typed("ask", "-", copy, environment=surroundings_of(), given=good).status == 0
    assert typed("ask", "-", copy, environment=surroundings_of(), given=problem).status == 1


class Growing:
    """A ledger that records on while it is asked: the later half is seen from the second reading on."""

    name = "growing"

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._shown = len(lines) // 2

    def batches(self) -> Iterator[Lines]:
        """All that is recorded by now."""
        yield self._lines[: self._shown]
        self._shown = len(self._lines)

    def close(self) -> None:
        """Nothing is open."""


def test_a_ledger_that_grows_is_asked_as_it_was_folded(copy: Path) -> None:
    """A time after the fold's end means its end, not an entry that was recorded since and is not folded."""
    lines = copy.read_bytes().splitlines()
    record = Answering(Growing(lines), lambda _: None)
    answer = asyncio.run(record.ask("/members?known_at=2100-01-01T00:00:00Z"))
    assert (answer.status_code, answer.json()["position"]) == (200, len(lines) // 2 - 1)
