"""The demo's bloc, played once and served: the page's commands are typed at it, and answers are followed down."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import msgspec

from contracts.entry import event_of, receive_entry
from contracts.tlog.notes import NoteFault
from contracts.tlog.policy import Accepted, Policy, parse_policy
from contracts.tlog.proof_files import parse_proof_file, verify_proof_file
from tests.command.typed import Serving
from tests.flow.documents import with_addresses
from tests.flow.stand_ins import folder_of_missing_tools
from tests.questions.page import Step, differences, lines_missing, parsed, questions
from tests.tariffs.described import hold_against_description

WITNESSED_WITHIN_SECONDS = 10


class Asking:
    """Questions to one bloc. Each is asked once, whoever wants its answer."""

    def __init__(self, serving: Serving, folder: Path) -> None:
        self._serving = serving
        self.folder = folder
        self._questions = questions()
        self._answers: dict[int, tuple[Any, ...]] = {}
        self._printed: dict[str, str] = {}

    def ask(self, number: int) -> tuple[Any, ...]:
        """Type all commands of a question; each answer, JSON read and other output as it was printed.

        Fails when an answer lacks anything that the page shows of it.
        """
        if number not in self._answers:
            self._answers[number] = tuple(self._type(number, step) for step in self._questions[number].steps)
        return self._answers[number]

    @property
    def tariffs_url(self) -> str:
        """Where the rules are asked for."""
        return self._serving.tariffs_url

    @property
    def ledger_url(self) -> str:
        """Where the entries are."""
        return self._serving.ledger_url

    def read(self, path: str) -> Any:
        """Ask the tariffs service."""
        answer = httpx.get(f"{self._serving.tariffs_url}{path}")
        assert answer.is_success, answer.text
        hold_against_description(answer.url.path, answer.json())
        return answer.json()

    def file(self, archive: str, name: str) -> str:
        """A text in an archive that a command wrote where it was typed."""
        with ZipFile(self.folder / archive) as files:
            return files.read(name).decode()

    def typed(self, script: str) -> str:
        """What a script of the page prints, typed in the folder that holds the bloc's."""
        here = with_addresses(script, self._serving.tariffs_url, self._serving.ledger_url)
        return _shell(here, self.folder, self._serving.environment)

    def event_at(self, position: int) -> dict[str, Any]:
        """The event at a position, once its entry is shown to stand under a cosigned checkpoint, offline."""
        ledger = self._serving.ledger_url
        page = {"after": position - 1, "limit": 1}
        lines = httpx.get(
            f"{ledger}/entries", params=page, headers={"Accept": "application/x-ndjson"}
        ).content
        wanted = {"cosigned": "true", "wait": WITNESSED_WITHIN_SECONDS}
        answer = httpx.get(f"{ledger}/entries/{position}/proof", params=wanted, timeout=30)
        assert answer.is_success, answer.text
        file = parse_proof_file(answer.content)
        assert not isinstance(file, NoteFault), file
        entry = receive_entry(lines.splitlines()[0])
        accepted = verify_proof_file(file, entry, self._policy)
        assert isinstance(accepted, Accepted), accepted
        assert accepted.quorum, accepted
        return msgspec.json.decode(event_of(entry))

    @property
    def _policy(self) -> Policy:
        policy = parse_policy((self._serving.data / "policy").read_text("utf-8"))
        assert isinstance(policy, Policy), policy
        return policy

    def _type(self, number: int, step: Step) -> Any:
        """Run a command in the folder that holds the bloc's, and compare what it answers with what is shown."""
        terminal = self.folder / f".terminal-{number}"
        terminal.touch()
        keeping = f"declare -p {' '.join(step.variables)} >> {terminal}\n" if step.variables else ""
        # The same words are typed once: what the page asks twice (an audit) takes its time.
        if step.variables or step.script not in self._printed:
            self._printed[step.script] = self.typed(f". {terminal}\n{step.script}{keeping}")
        printed = self._printed[step.script]
        is_json = any(language == "json" for language, _ in step.shown)
        answer = json.loads(printed) if is_json else printed
        for language, shown in step.shown:
            lacks = (
                differences(parsed(shown), answer) if language == "json" else lines_missing(shown, printed)
            )
            assert not lacks, f"question {number}: {step.script}shows {lacks}; answered was\n{printed}"
        return answer


def _shell(script: str, folder: Path, environment: dict[str, str]) -> str:
    tools = os.pathsep.join((folder_of_missing_tools(), str(Path(sys.executable).parent)))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={
            **environment,
            "PATH": f"{tools}{os.pathsep}{environment['PATH']}",
            "COLUMNS": "120",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout
