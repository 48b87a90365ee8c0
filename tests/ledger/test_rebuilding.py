"""The tree computed again from the entries: what is lost comes back byte for byte, what is wrong is named."""

from collections.abc import AsyncIterator
from itertools import count

import asyncpg
import pytest

from bloc.commands.ledger import rebuild
from bloc.embedded.postgres import Postgres
from bloc.trouble import Trouble
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, sign_note
from services.ledger.store.checkpoints import StoredCheckpoint, insert_checkpoint
from services.ledger.store.connecting import Connection, open_pool
from services.ledger.store.nodes import fill_nodes
from services.ledger.store.writing import commit_batch
from tests.ledger.drafting import LEDGER, ORIGIN, STORY_NS, Drafter
from tests.ledger.forest import tamper_at
from tests.ledger.record import Record, messages_of
from tests.ledger.running import Place, ledger_at, tariffs_at

SIZE = 602
_numbers = count(1)


class Grown:
    """A database with 602 entries in three batches, their nodes, and a checkpoint of 402 of them."""

    def __init__(self, postgres: Postgres, name: str) -> None:
        self.postgres = postgres
        self.name = name

    def url(self, role: str = "ledger_app") -> str:
        return self.postgres.dsn(role, self.name)

    async def tamper(self, *statements: str) -> None:
        await tamper_at(self.url("postgres"), *statements)

    async def nodes(self) -> list[tuple[int, int, bytes]]:
        return [
            tuple(row)
            for row in await self.fetch("SELECT level, index, hash FROM ledger.nodes ORDER BY 1, 2")
        ]

    async def fetch(self, query: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.url("auditor"))
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def original(postgres: Postgres, template_database: str) -> Grown:
    """Recorded once; each test works on a copy."""
    grown = Grown(postgres, "rebuilding_original")
    await copy(postgres, template_database, grown.name)
    drafter, record = Drafter(), Record()
    names = [f"TREE-{number}" for number in range(300)]
    drafts = [drafter.bloc(), *(drafter.declarations(*names[at : at + 100]) for at in (0, 100, 200))]
    connection = await asyncpg.connect(grown.url())
    try:
        for message in messages_of(drafts):
            record.fold([message])
            await commit_batch(connection, record.batches[-1])
        await sign(connection, record, 402)
    finally:
        await connection.close()
    assert record.state.size == SIZE
    return grown


@pytest.fixture
async def grown(original: Grown) -> AsyncIterator[Grown]:
    """A copy for this test alone."""
    made = Grown(original.postgres, f"rebuilding_{next(_numbers)}")
    await copy(original.postgres, original.name, made.name)
    yield made
    await run_on(original.postgres, f"DROP DATABASE {made.name} WITH (FORCE)")


async def copy(postgres: Postgres, template: str, name: str) -> None:
    await run_on(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")


async def run_on(postgres: Postgres, statement: str) -> None:
    administrator = await asyncpg.connect(postgres.dsn())
    try:
        await administrator.execute(statement)
    finally:
        await administrator.close()


async def sign(connection: Connection, record: Record, size: int) -> None:
    """Store a checkpoint as the signer does."""
    seal = next(batch.seal for batch in record.batches if batch.seal and batch.seal.size == size)
    body = Checkpoint(ORIGIN, size, seal.root).body
    note = Note(body, (sign_note(body, ORIGIN, LEDGER),)).encode()
    await insert_checkpoint(connection, StoredCheckpoint(size, seal.root, note, STORY_NS))


async def test_nodes_that_an_older_release_left_out_are_filled_in(grown: Grown) -> None:
    """All or some of them: afterwards the rows are what they were, and another start adds nothing."""
    before = await grown.nodes()
    assert [row[:2] for row in before] == [(1, 0), (1, 1)]
    pool = await open_pool(grown.url())
    try:
        assert await fill_nodes(pool) == 0
        for lost, number in (("true", 2), ("index = 0", 1), ("index = 1", 1)):
            await grown.tamper(f"DELETE FROM ledger.nodes WHERE {lost}")
            assert await fill_nodes(pool) == number
            assert await grown.nodes() == before
    finally:
        await pool.close()


async def test_a_ledger_fills_in_nodes_before_it_signs(place: Place, drafter: Drafter) -> None:
    """Started on a database without nodes, it serves every tile of the first checkpoint that it signs."""
    async with tariffs_at(place) as tariffs:
        async with ledger_at(place) as ledger:
            names = [f"TREE-{number}" for number in range(128)]
            await tariffs.record(drafter.bloc(), drafter.declarations(*names))
            assert await ledger.service.published.wait_signed(258, 20)
            whole = await ledger.get("/tile/1/000.p/1")
        await tamper_at(place.url("postgres"), "DELETE FROM ledger.nodes")
        async with ledger_at(place) as ledger:
            await tariffs.record(drafter.declarations("ONE-MORE"))
            assert await ledger.service.published.wait_signed(260, 20)
            again = await ledger.get("/tile/1/000.p/1")
    assert (whole.status_code, whole.content) == (again.status_code, again.content)


async def test_a_ledger_that_cannot_fill_in_nodes_still_serves(place: Place, drafter: Drafter) -> None:
    """An entry was deleted, and the node above it: the rest is recorded, signed and read."""
    async with tariffs_at(place) as tariffs:
        async with ledger_at(place) as ledger:
            names = [f"TREE-{number}" for number in range(128)]
            await tariffs.record(drafter.bloc(), drafter.declarations(*names))
            assert await ledger.service.published.wait_signed(258, 20)
        await tamper_at(
            place.url("postgres"), "DELETE FROM ledger.nodes", "DELETE FROM ledger.entries WHERE position = 5"
        )
        async with ledger_at(place) as ledger:
            await tariffs.record(drafter.declarations("ONE-MORE"))
            assert await ledger.service.published.wait_signed(260, 20)
            assert (await ledger.get("/checkpoint")).status_code == 200
            broken = await ledger.get("/tile/0/000")
    assert broken.status_code == 500


async def test_losing_all_nodes_costs_nothing(grown: Grown, capsys: pytest.CaptureFixture[str]) -> None:
    """Rebuilding gives the identical bytes."""
    before = await grown.nodes()
    await grown.tamper("DELETE FROM ledger.nodes")
    await rebuild(grown.url())
    assert await grown.nodes() == before
    assert (
        "602 entries give every root that was sealed and signed; 2 missing nodes added"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE ledger.entries SET leaf = sha256(leaf) WHERE position = 300", "leaf 300: it is"),
        ("UPDATE ledger.nodes SET hash = sha256(hash) WHERE index = 1", "node 1/1: it is"),
        ("INSERT INTO ledger.nodes VALUES (1, 2, sha256('')), (5, 0, sha256(''))", "node 1/2: it is"),
    ],
)
async def test_wrong_rows_are_named_and_replaced_only_when_told(
    grown: Grown, capsys: pytest.CaptureFixture[str], statement: str, named: str
) -> None:
    """Naming changes nothing; replacing brings the original rows back, and every guard into its place."""
    everything = "SELECT position, leaf FROM ledger.entries ORDER BY position"
    leaves, nodes = await grown.fetch(everything), await grown.nodes()
    await grown.tamper(statement)
    changed = (await grown.fetch(everything), await grown.nodes())
    with pytest.raises(Trouble, match="wrong; the entries are not"):
        await rebuild(grown.url("bloc_owner"))
    assert named in capsys.readouterr().out
    assert (await grown.fetch(everything), await grown.nodes()) == changed
    await rebuild(grown.url("bloc_owner"), replace=True)
    assert (await grown.fetch(everything), await grown.nodes()) == (leaves, nodes)
    assert await grown.fetch("SELECT * FROM ledger.unguarded") == []
    with pytest.raises(asyncpg.RestrictViolationError):
        await run_at(grown.url("bloc_owner"), "UPDATE ledger.entries SET leaf = leaf WHERE position = 300")
    await rebuild(grown.url("auditor"))


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (
            ["UPDATE ledger.entries SET entry = entry || 'x' WHERE position = 300"],
            "the entries below 402 give the root",
        ),
        (
            [
                (
                    "UPDATE ledger.entries SET entry = entry || 'x', leaf = sha256('\\x00' || entry || 'x') "
                    "WHERE position = 300"
                ),
                "UPDATE ledger.nodes SET hash = sha256(hash) WHERE index = 1",
            ],
            "the seal of 402 entries says",
        ),
        (["UPDATE ledger.seals SET root = sha256(root) WHERE size = 202"], "the seal of 202 entries says"),
        (["UPDATE ledger.checkpoints SET root = sha256(root)"], "the checkpoint of 402 entries says"),
        (
            ["DELETE FROM ledger.entries WHERE position = 300"],
            "entries are stored at the positions 256 to 511",
        ),
        (
            ["DELETE FROM ledger.entries WHERE position > 201", "DELETE FROM ledger.seals WHERE size > 202"],
            "402 entries were signed, and only 202 are sealed",
        ),
    ],
)
async def test_from_entries_that_were_changed_nothing_is_computed(
    grown: Grown, statements: list[str], said: str
) -> None:
    """They do not give what was sealed or signed: it says so, and writes nothing, told to replace or not."""
    await grown.tamper("DELETE FROM ledger.nodes", *statements)
    nodes = await grown.nodes()
    with pytest.raises(Trouble, match=said):
        await rebuild(grown.url("bloc_owner"), replace=True)
    assert await grown.nodes() == nodes


async def test_only_the_owner_replaces_and_an_auditor_only_looks(grown: Grown) -> None:
    """Each is told which role it takes."""
    await grown.tamper("DELETE FROM ledger.nodes WHERE index = 0")
    with pytest.raises(Trouble, match="may not add them"):
        await rebuild(grown.url("auditor"))
    await grown.tamper("UPDATE ledger.nodes SET hash = sha256(hash) WHERE index = 1")
    with pytest.raises(Trouble, match="Run it as bloc_owner"):
        await rebuild(grown.url(), replace=True)


async def run_at(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
