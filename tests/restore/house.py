"""A bloc on one machine with three witnesses, and what its operator does to it with the commands of docs/restore.md.

The operator sits in `folder`, where `.bloc` is the data folder and `.venv` the programs, as the page has it. Servers
are killed and started one by one, where a person would stop and start `bloc up`.
"""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import nats

from bloc.stack import Stack
from bloc.trouble import Trouble
from contracts.subjects import FACTS
from contracts.tlog.policy import Accepted, Policy, check_note, parse_policy
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.signing import SignedCheckpoint
from tests.command.typed import Done, surroundings_of, typed
from tests.flow.documents import blocks, run_shell, with_addresses
from tests.flow.scene import Scene, set_scene

PAGE = "docs/restore.md"
DATA = ".bloc"
BACKUP, DATABASE = "A base backup of the database", "The database is lost"
"""Headings of the page."""
PATIENCE_SECONDS = 40
WITNESSES = ("witness-us", "witness-eu", "witness-jp")


class House:
    """The operator's folder and the bloc that is served from it."""

    def __init__(self, folder: Path, scene: Scene) -> None:
        self.folder = folder
        self.scene = scene
        self.stack = scene.stack
        self.http = scene.http
        (folder / ".venv").symlink_to(sys.prefix)

    @property
    def cluster(self) -> Path:
        """Where the database is kept."""
        return self.stack.data / "postgres" / "cluster"

    @property
    def kept(self) -> SignedCheckpoint:
        """The checkpoint in the folder outside the database."""
        kept = CheckpointStore(self.stack.checkpoints_folder, self.stack.origin).read()
        assert isinstance(kept, SignedCheckpoint), kept
        return kept

    @property
    def kept_file(self) -> Path:
        """Where it is kept."""
        return self.stack.checkpoints_folder / "checkpoint"

    async def types(self, heading: str, number: int = 0) -> str:
        """Type a block of the page; what it shows."""
        return await self._run(with_addresses(blocks(PAGE, "sh", heading)[number], "", self.stack.ledger_url))

    async def _run(self, script: str) -> str:
        # As in a shell in which the environment was activated.
        path = f'PATH="{Path(sys.executable).parent}{os.pathsep}$PATH"\n'
        return await asyncio.to_thread(run_shell, path + script, self.folder)

    # --- losing and putting back -----------------------------------------------------------------------

    async def back_up(self) -> None:
        """Take a base backup, unless there is one: it stays good, however old."""
        if not (self.folder / "backup" / "postgres").exists():
            await self.types(BACKUP)

    async def back_up_as_one_file(self) -> None:
        """The same by what the page has for Docker; there is no container around it."""
        here, docker = blocks(PAGE, "sh", BACKUP)
        programs, socket, *_ = here.split("\n")
        (command,) = re.findall(r"^ +(pg_basebackup .*)$", docker, re.MULTILINE)
        take = command.replace("127.0.0.1", '"$socket"')
        await self._run(f"{programs}\n{socket}\nmkdir -p backup\n{take}")

    async def put_one_file_back(self) -> None:
        """Unpack it where the database was, as in the container, and start it."""
        programs = blocks(PAGE, "sh", BACKUP)[0].split("\n")[0]
        here, docker, *_ = blocks(PAGE, "sh", DATABASE)
        (unpack,) = re.findall(r"^ +'(umask .*)' < ", docker, re.MULTILINE)
        _, hand_over, *_ = here.split("\n")
        there = f"PGDATA={DATA}/postgres/cluster bash -euc '{unpack}' < backup/postgres.tar"
        await self._run(f"{programs}\n{there}\n{hand_over}")
        await self.stack.start("postgres")

    async def lose_database(self, *, and_ledger: bool = True) -> None:
        """Power fails, and the disk with it; the ledger on another machine goes on, or dies as well."""
        for server in ("postgres", "ledger")[: 1 + and_ledger]:
            await self.stack.kill(server)
        await asyncio.to_thread(shutil.rmtree, self.cluster)

    async def put_database_back(self) -> None:
        """Restore the base backup by the words of the page; the ledger is not started yet."""
        await self.types(DATABASE)
        await self.stack.start("postgres")

    @asynccontextmanager
    async def ledger_starting(self) -> AsyncGenerator[None]:
        """Start the ledger without waiting for it to become ready. If it is not in the end, it is killed."""
        starting = asyncio.create_task(self.stack.start("ledger"))
        try:
            await comes_true(self._ledger_answers)
            yield
        finally:
            if not await self.is_ready():
                await self.stack.kill("ledger")
            await asyncio.wait({starting})
            assert isinstance(starting.exception(), Trouble | None)

    async def mend(self) -> None:
        """Start whatever an earlier test left dead."""
        for name in self.stack.names:
            if self.stack.pid(name) is None:
                await self.stack.start(name)
        await self.scene.takes_submissions()

    # --- looking -----------------------------------------------------------------------------------------

    async def ready(self) -> tuple[int, str]:
        """What readiness of the ledger says: status and detail."""
        answer = await self.http.get(f"{self.stack.ledger_url}/health/ready")
        return answer.status_code, answer.json().get("detail", "")

    async def size(self) -> int:
        """How many entries there are."""
        return int((await self.scene.head())["size"])

    async def says(self, *words: str) -> str:
        """Wait until readiness is 503 with all of these words; the whole of it."""
        heard = ""

        async def said() -> bool:
            nonlocal heard
            status, heard = await self.ready()
            return status == 503 and all(word in heard for word in words)

        try:
            await comes_true(said)
        except TimeoutError:
            raise AssertionError(heard) from None
        return heard

    async def metric(self, sample: str) -> float | None:
        """One number of the ledger's, None when it is not there."""
        text = (await self.http.get(f"{self.stack.ledger_url}/metrics")).text
        found = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(f"{sample} ")]
        return float(found[0]) if found else None

    async def refuses(self, reason: str) -> None:
        """Wait until the signer refuses for this reason."""

        async def refused() -> bool:
            return await self.metric(f'bloc_ledger_signer_refuses{{reason="{reason}"}}') == 1

        await comes_true(refused)

    async def checkpoint(self, path: str = "/checkpoint") -> bytes | None:
        """The newest checkpoint, or the newest cosigned one, as it is served."""
        answer = await self.http.get(self.stack.ledger_url + path)
        return answer.content if answer.is_success else None

    async def cosigned(self, size: int) -> bytes:
        """Wait until a checkpoint of at least `size` has its quorum; the note."""
        policy = self.policy
        newest = b""

        async def met() -> bool:
            nonlocal newest
            newest = await self.checkpoint("/checkpoint/cosigned") or b""
            accepted = check_note(policy, newest) if newest else None
            return isinstance(accepted, Accepted) and accepted.quorum and accepted.checkpoint.size >= size

        await comes_true(met)
        return newest

    @property
    def policy(self) -> Policy:
        """Whom an auditor believes: the log, and two of three witnesses."""
        policy = parse_policy(self.stack.policy_file.read_text("utf-8"))
        assert isinstance(policy, Policy)
        return policy

    async def accusations(self) -> list[object]:
        """What the witnesses keep against this log."""
        addresses = [witness.url for witness in self.policy.witnesses]
        answers = [await self.http.get(f"{address}/accusations") for address in addresses]
        return [accusation for answer in answers for accusation in answer.json()["accusations"]]

    async def alarms(self) -> set[str]:
        """Kinds of failures that were counted for any witness since the ledger started."""
        text = (await self.http.get(f"{self.stack.ledger_url}/metrics")).text
        counted = (
            line for line in text.splitlines() if line.startswith("bloc_ledger_witness_failures_total{")
        )
        return {
            line.partition('kind="')[2].partition('"')[0] for line in counted if not line.endswith(" 0.0")
        }

    async def facts(self) -> int:
        """How many facts the message server holds."""
        connection = await nats.connect(  # pyright: ignore[reportUnknownMemberType]
            self.stack.nats_url("ledger"), inbox_prefix=b"_INBOX_ledger"
        )
        try:
            answer = await connection.request(f"$JS.API.STREAM.INFO.{FACTS}", b"")
        finally:
            await connection.close()
        return int(json.loads(answer.data)["state"]["messages"])

    async def verified(self, *older: Path) -> Done:
        """`bloc verify` with checkpoints that somebody has kept."""
        kept = [word for file in older for word in ("--checkpoint", file)]
        words = ("verify", self.stack.ledger_url, "--policy", self.stack.policy_file, *kept)
        return await asyncio.to_thread(typed, *words, environment=surroundings_of())

    async def _ledger_answers(self) -> bool:
        try:
            return (await self.http.get(f"{self.stack.ledger_url}/health/live")).is_success
        except httpx.TransportError:
            return False

    async def is_ready(self) -> bool:
        """Whether the ledger records and signs."""
        try:
            return (await self.ready())[0] == 200
        except httpx.TransportError:
            return False


async def comes_true(asked: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asked():  # noqa: ASYNC110 # a server elsewhere tells nobody
            await asyncio.sleep(0.05)


@asynccontextmanager
async def house_in(folder: Path, environment: Mapping[str, str]) -> AsyncGenerator[House]:
    """A founded bloc with its partners, served from a folder."""
    folder.mkdir()
    folder.chmod(0o711)
    async with Stack(folder / DATA, witnesses=3, environment=environment) as stack:
        scene = await set_scene(stack)
        yield House(folder, scene)
        await scene.close()
