"""A whole bloc on one machine: PostgreSQL, NATS, schema, streams, keys, both services, witnesses, and a founding.

`bloc up`, the demo, the benchmarks and the flow tests all start the same thing with the same code, each service a
process of its own, so that what is tested is what runs. One data folder is served by one Stack at a time; started
again on the same folder it goes on where it stopped, however it stopped.
"""

import os
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import asyncpg
import httpx

from bloc import given_database
from bloc.checkpoint_keys import checkpoint_key_settings, public_checkpoint_keys, retired_checkpoint_keys
from bloc.client import Bloc
from bloc.commands.bootstrap import DATABASE, bootstrap
from bloc.commands.migrate import migrate
from bloc.commands.nats import setup_streams
from bloc.embedded.folders import claim_data_folder
from bloc.embedded.nats import NatsServer
from bloc.embedded.ports import chosen_port
from bloc.embedded.postgres import Postgres
from bloc.embedded.processes import FolderClaim
from bloc.embedded.services import Service
from bloc.founding import FoundingKeys, ensure_keys, found
from bloc.given_settings import reachable, read_settings
from bloc.member_witnesses import MemberWitness, member_witnesses
from bloc.policy import policy_of, write_policy_file
from bloc.side_by_side import all_of
from bloc.trouble import Trouble
from contracts.identity.keys import VerifyingKey

LEDGER_ROLE = "ledger_app"
# What stands on others goes first; the witnesses, on whom nothing stands, come between.
STOP_FIRST, STOP_LAST = ("tariffs", "ledger"), ("nats", "postgres")


class Server(Protocol):
    """What a Stack can start, stop and, for tests of faults, kill."""

    @property
    def pid(self) -> int | None: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def kill(self) -> None: ...


class Stack:
    """Use as `async with Stack(folder) as stack`. Ports of 0 take any that is free. `witnesses`: how many to start."""

    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        ledger_port: int = 0,
        nats_port: int = 0,
        witnesses: int = 0,
        founded: bool = True,
        environment: Mapping[str, str] = os.environ,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.data = data.absolute()
        self.keys_folder = self.data / "keys"
        self.logs_folder = self.data / "logs"
        self.checkpoints_folder = self.data / "checkpoints"
        self.policy_file = self.data / "policy"
        self.witnesses_policy_file = self.data / "policy.witnesses"
        self._given = read_settings(environment)
        self.origin = self._given.origin
        self._ports = (port, ledger_port, nats_port)
        self._count = witnesses
        self._witnesses: tuple[MemberWitness, ...] = ()
        self._log_keys: tuple[VerifyingKey, ...] = ()
        self._restarting: set[str] = set()
        self._founded = founded
        self._say = say
        self._servers: dict[str, Server] = {}
        self._claim: FolderClaim | None = None
        self._keys: FoundingKeys | None = None
        self._ledger_database_url = ""
        self.tariffs_url = ""
        self.ledger_url = ""

    @property
    def trust_anchor(self) -> str:
        """The thumbprint of the key that founds, or founded, the bloc."""
        return self._given.trust_anchor or self.keys.secretariat.kid

    @property
    def keys(self) -> FoundingKeys:
        if self._keys is None:
            raise RuntimeError("the stack was not started")
        return self._keys

    def database_url(self, role: str = LEDGER_ROLE, database: str = DATABASE) -> str:
        """An address of a database for a role. With a given one (BLOC_DATABASE_URL) there is only the ledger's."""
        postgres = self._servers.get("postgres")
        if isinstance(postgres, Postgres):
            return postgres.dsn(role, database)
        if (role, database) != (LEDGER_ROLE, DATABASE):
            raise Trouble(
                f"There is no login for {role} on {database} in a database that was given.",
                "Unset BLOC_DATABASE_URL to do this with an embedded one.",
            )
        return self._ledger_database_url

    def nats_url(self, user: str = "partner") -> str:
        """An address of the message server for one of its users: setup, ledger, tariffs, partner."""
        nats = self._servers.get("nats")
        return nats.url(user) if isinstance(nats, NatsServer) else self._given.nats_url

    def client(self) -> Bloc:
        """Both services as a partner sees them."""
        return Bloc(self.tariffs_url, self.ledger_url, self.origin)

    def pid(self, name: str) -> int | None:
        """The process of postgres, nats, ledger, tariffs or witness-<member>; None: not running, or not ours."""
        server = self._servers.get(name)
        return None if server is None else server.pid

    @property
    def names(self) -> tuple[str, ...]:
        """The servers that this stack runs itself, in the order of starting."""
        return tuple(self._servers)

    def has_ended(self, name: str) -> bool:
        """Whether a server is gone that nobody stopped."""
        return self.pid(name) is None and name not in self._restarting

    async def follow_checkpoint_keys(self) -> bool:
        """Start the ledger and the witnesses again if the files of its checkpoint keys are others than they were.

        One after the other: the ledger finds a quorum among those that it can reach.
        """
        if public_checkpoint_keys(self.keys_folder) == self._log_keys:
            return False
        self._write_policy()
        ledger = self._servers["ledger"]
        assert isinstance(ledger, Service), "the ledger is always ours"
        ledger.settings = {**ledger.settings, **checkpoint_key_settings(self.keys_folder)}
        for server in (*(one.server for one in self._witnesses), ledger):
            self._restarting.add(server.name)
            try:
                await server.stop()
                await server.start()
            finally:
                self._restarting.discard(server.name)
        return True

    async def start(self, name: str) -> None:
        """Start one server again, on the same data and the same addresses."""
        await self._servers[name].start()

    async def stop(self, name: str) -> None:
        await self._servers[name].stop()

    async def kill(self, name: str) -> None:
        """SIGKILL: for tests of what survives."""
        await self._servers[name].kill()

    async def __aenter__(self) -> Self:
        self._claim = claim_data_folder(self.data)
        try:
            await self._start_all()
        except BaseException:
            await self._stop_all()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop_all()

    async def _start_all(self) -> None:
        port, ledger_port, nats_port = self._ports
        port, ledger_port = chosen_port(port, "--port"), chosen_port(ledger_port, "--ledger-port")
        for folder in (self.logs_folder, self.checkpoints_folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        self._keys = ensure_keys(self.keys_folder)
        self._say("Starting the database and the message server")
        await all_of(self._start_database(), self._start_nats(nats_port), *self._start_witnesses())
        await self._set_up_streams()
        self._say("Starting the services")
        await self._start_services(port, ledger_port)
        if self._founded and await self._is_empty():
            self._say("Founding a bloc")
            async with self.client() as bloc:
                await found(bloc, self.keys)

    async def _start_database(self) -> None:
        if self._given.database_url:
            self._ledger_database_url = await given_database.prepare(self._given.database_url)
            return
        postgres = Postgres(self.data / "postgres", log=self.logs_folder / "postgres.log")
        self._servers["postgres"] = postgres
        await postgres.start()
        await bootstrap(postgres.dsn(), None)
        await migrate(postgres.dsn("bloc_owner", DATABASE))

    async def _start_nats(self, port: int) -> None:
        if not self._given.nats_url:
            nats = NatsServer(self.data / "nats", log=self.logs_folder / "nats.log", port=port)
            self._servers["nats"] = nats
            await nats.start()

    async def _set_up_streams(self) -> None:
        """Make the streams where they are missing; drafts are counted on from those that were consumed."""
        connection = await asyncpg.connect(self.database_url())
        try:
            consumed: int = await connection.fetchval(
                "SELECT coalesce(max(sequence), 0) FROM ledger.outcomes"
            )
        finally:
            await connection.close()
        drafts, _ = await setup_streams(self.nats_url("setup"), first_sequence=consumed + 1)
        if drafts.made and consumed:
            self._say("The drafts were lost: what was accepted and is not recorded has to be posted again")

    def _start_witnesses(self) -> list[Coroutine[None, None, None]]:
        """Write the policies with today's addresses, then start those who follow them."""
        self._witnesses = member_witnesses(
            self._count, self.data / "witnesses", self.logs_folder, self.witnesses_policy_file
        )
        self._write_policy()
        self._servers |= {one.server.name: one.server for one in self._witnesses}
        return [one.server.start() for one in self._witnesses]

    def _write_policy(self) -> None:
        """One for whoever verifies, with the keys of old checkpoints; one for witnesses, whom no old key may move."""
        self._log_keys = public_checkpoint_keys(self.keys_folder)
        entries = [one.entry for one in self._witnesses]
        ever = (*self._log_keys, *retired_checkpoint_keys(self.keys_folder))
        write_policy_file(self.policy_file, policy_of(self.origin, ever, entries))
        write_policy_file(self.witnesses_policy_file, policy_of(self.origin, self._log_keys, entries))

    async def _start_services(self, port: int, ledger_port: int) -> None:
        given = self._given
        self.ledger_url = f"http://{reachable(given.ledger_host)}:{ledger_port}"
        self.tariffs_url = f"http://{reachable(given.tariffs_host)}:{port}"
        both = {
            "BLOC_ORIGIN": self.origin,
            "BLOC_TRUST_ANCHOR": self.trust_anchor,
            "BLOC_ALLOW_OPEN_READS": str(int(given.allow_open_reads)),
        }
        ledger = Service("ledger", "services.ledger", self.ledger_url, self.logs_folder)
        ledger.settings = {
            **both,
            "BLOC_DATABASE_URL": self.database_url(),
            "BLOC_NATS_URL": self.nats_url("ledger"),
            "BLOC_LEDGER_HOST": given.ledger_host,
            "BLOC_LEDGER_PORT": str(ledger_port),
            **checkpoint_key_settings(self.keys_folder),
            "BLOC_CHECKPOINT_STORE": str(self.checkpoints_folder),
            "BLOC_POLICY_FILE": str(self.policy_file),
        }
        tariffs = Service("tariffs", "services.tariffs", self.tariffs_url, self.logs_folder)
        tariffs.settings = {
            **both,
            "BLOC_LEDGER_URL": self.ledger_url,
            "BLOC_NATS_URL": self.nats_url("tariffs"),
            "BLOC_TARIFFS_HOST": given.tariffs_host,
            "BLOC_TARIFFS_PORT": str(port),
            "BLOC_TARIFFS_KEY_FILE": str(self.keys_folder / "bloc.tariffs.pem"),
            "BLOC_SNAPSHOT": str(self.data / "snapshot"),
        }
        self._servers |= {"ledger": ledger, "tariffs": tariffs}
        await all_of(ledger.start(), tariffs.start())

    async def _is_empty(self) -> bool:
        async with httpx.AsyncClient(base_url=self.ledger_url, trust_env=False) as client:
            head = await client.get("/head")
            head.raise_for_status()
            return head.json()["size"] == 0

    async def _stop_all(self) -> None:
        # One after the other, and all of them even if one resists: an orphan is worse than a late error.
        faults: list[Exception] = []
        for name in self._names_in_order_of_stopping():
            try:
                await self._servers[name].stop()
            except Exception as fault:  # noqa: BLE001 # raised below, after the others were stopped
                faults.append(fault)
        if self._claim is not None:
            self._claim.release()
            self._claim = None
        if faults:
            raise ExceptionGroup("some servers could not be stopped", faults)

    def _names_in_order_of_stopping(self) -> list[str]:
        between = [name for name in self._servers if name not in STOP_FIRST + STOP_LAST]
        return [name for name in (*STOP_FIRST, *between, *STOP_LAST) if name in self._servers]
