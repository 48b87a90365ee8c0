"""`bloc ask`: every answer that the page gets from a service is had from a copy of the entries, byte for byte."""

import asyncio
import re
import shutil
from pathlib import Path

import httpx
import pytest

from bloc.asking.answering import answered
from bloc.history.sources import open_history
from tests.flow.documents import PROJECT, blocks
from tests.questions.asking import Asking
from tests.questions.page import PAGE, questions

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
    for path in sorted(asked):
        is_bound = "known_at" in path or "position" in path
        at = path if is_bound else f"{path}{'&' if '?' in path else '?'}position={newest(copy)}"
        served = httpx.get(f"{asking.tariffs_url}{at}")
        found = asyncio.run(answered(open_history(str(copy)), at, None, lambda _: None))
        assert (found.status_code, found.content) == (served.status_code, served.content), path


def test_a_copy_quotes_as_the_service_does(asking: Asking, copy: Path) -> None:
    """`POST /assessments`, with the same trace and total."""
    path = f"/assessments?explain=true&position={newest(copy)}"
    body = (PROJECT / "docs/quote.json").read_bytes()
    served = httpx.post(
        f"{asking.tariffs_url}{path}", content=body, headers={"Content-Type": "application/json"}
    )
    found = asyncio.run(answered(open_history(str(copy)), path, body, lambda _: None))
    assert served.status_code == 200
    assert found.content == served.content


def test_what_the_page_types_about_a_copy_can_be_typed(asking: Asking) -> None:
    """The duty of E06 among it, twice: as declared, and as a quote."""
    (script,) = blocks(PAGE, "sh", "The same answer from a copy")
    shutil.copytree(PROJECT / "docs", asking.folder / "docs", dirs_exist_ok=True)
    printed = asking.typed(script)
    assert printed.count('"total":"638196.00"') == 2
