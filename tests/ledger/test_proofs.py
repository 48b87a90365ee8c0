"""Proofs over HTTP: each verifies with nothing but the policy and the entry, or is not given at all."""

from base64 import b64decode

import pytest

from bloc.commands.ledger import rebuild
from contracts.limits import WAIT_SECONDS_MAX
from contracts.tlog.notes import COSIGNATURE_V1, NoteKey
from contracts.tlog.policy import Accepted, Policy, PolicyWitness, check_note, write_policy
from contracts.tlog.proof_files import ProofFile, parse_proof_file, verify_proof_file
from contracts.tlog.proofs import verify_consistency
from services.ledger.domain.proving import plan_inclusion
from services.ledger.store.connecting import open_pool
from services.ledger.store.tiles import read_spans
from tests.ledger.drafting import Drafter, key_of
from tests.ledger.forest import log_policy, plant, tamper, tree_now
from tests.ledger.library import Library
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at


@pytest.fixture(scope="module")
async def forest(library: Library) -> Library:
    """The library, grown to 723 entries and signed."""
    await plant(library)
    return library


async def proof_of(ledger: RunningLedger, position: int, **params: object) -> ProofFile:
    response = await ledger.get(f"/entries/{position}/proof", **params)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    file = parse_proof_file(response.content)
    assert isinstance(file, ProofFile)
    return file


async def test_the_proof_of_an_entry_verifies_with_nothing_else(forest: Library) -> None:
    """Entry, proof file and the log's public key: RFC 9162's own verification leads to the signed root."""
    tree = await tree_now(forest)
    for position in (0, 1, 5, 255, 256, 257, 511, 512, forest.size - 1):
        file = await proof_of(forest.ledger, position)
        accepted = verify_proof_file(file, forest.entries[position], log_policy())
        assert isinstance(accepted, Accepted)
        assert accepted.checkpoint.root == tree.root(forest.size)
        assert list(file.proof) == tree.inclusion(position, forest.size)
        other = forest.entries[position - 1]
        assert not isinstance(verify_proof_file(file, other, log_policy()), Accepted)


async def test_without_a_policy_of_witnesses_every_signature_is_enough(forest: Library) -> None:
    """The quorum `none` is met by the log's own signature; nobody has cosigned."""
    for params in ({}, {"cosigned": "true"}, {"cosigned": "false"}):
        response = await forest.ledger.get("/entries/3/proof", **params)
        assert response.headers["bloc-cosignatures"] == "0"
        assert response.headers["bloc-quorum"] == "met"


async def test_an_entry_that_is_just_recorded_is_proved_as_soon_as_it_is_signed(forest: Library) -> None:
    """The answer waits for the signature, which comes within about a second."""
    (receipt,) = await forest.tariffs.record(forest.drafter.declarations("JUST-NOW"))
    assert isinstance(receipt.first_position, int)
    file = await proof_of(forest.ledger, receipt.first_position, wait=5)
    await tree_now(forest)
    entry = forest.entries[receipt.first_position]
    assert isinstance(verify_proof_file(file, entry, log_policy()), Accepted)


async def test_what_is_not_recorded_has_no_proof(forest: Library) -> None:
    """404 beyond the head, at once; and a wait has its bounds."""
    await tree_now(forest)
    for position in (forest.size, 10**12, -1):
        response = await forest.ledger.get(f"/entries/{position}/proof", wait=20)
        assert response.status_code == 404
    for wait in (-1, WAIT_SECONDS_MAX + 1, "soon"):
        assert (await forest.ledger.get("/entries/0/proof", wait=wait)).status_code == 400


async def test_consistency_is_proved_between_any_two_sizes(forest: Library) -> None:
    """From 0 and between equals with no hash; else the proof of the RFC, which verifies."""
    tree = await tree_now(forest)
    size = forest.size
    for old, new in ((0, 5), (5, 5), (1, 2), (3, 7), (255, 257), (256, 512), (300, 700), (511, size)):
        response = await forest.ledger.get("/consistency", **{"from": old, "to": new})
        document = response.json()
        assert (document["from"], document["to"]) == (old, new)
        proof = [b64decode(text) for text in document["hashes"]]
        assert proof == tree.consistency(old, new)
        assert verify_consistency(old, tree.root(old), new, tree.root(new), proof) is None
    newest = (await forest.ledger.get("/consistency", **{"from": 300})).json()
    assert newest["to"] == size


async def test_consistency_needs_two_signed_sizes_in_their_order(forest: Library) -> None:
    """400 for sizes that are none or in the wrong order, 404 for a tree that was not signed yet."""
    await tree_now(forest)
    for query, status in (
        ({"from": 8, "to": 7}, 400),
        ({"to": 7}, 400),
        ({"from": -1, "to": 7}, 400),
        ({"from": "one", "to": 7}, 400),
        ({"from": 2**63, "to": 2**63}, 400),
        ({"from": 7, "to": forest.size + 1}, 404),
        ({"from": forest.size + 1}, 400),
    ):
        response = await forest.ledger.get("/consistency", **query)
        assert response.status_code == status, query
        assert response.headers["content-type"] == "application/problem+json"


async def test_a_proof_says_that_its_quorum_is_missing(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """With a witness that never answers: the newest signed checkpoint, marked. Who insists on a cosigned one gets
    503 and is told when to come back."""
    key = NoteKey.of("us.example/witness", key_of("us.witness").verifying, COSIGNATURE_V1)
    policy = Policy(witnesses=(PolicyWitness("us", key, "http://127.0.0.1:9/"),), quorum="us")
    async with ledger_at(place, policy=write_policy(policy)) as ledger:
        await tariffs.record(drafter.bloc())
        file = await proof_of(ledger, 0, wait=5)
        assert isinstance(check_note(log_policy(), file.note), Accepted)
        response = await ledger.get("/entries/0/proof")
        assert response.headers["bloc-quorum"] == "missing"
        assert response.headers["bloc-cosignatures"] == "0"
        insisting = await ledger.get("/entries/0/proof", cosigned="true", wait=0.2)
        assert insisting.status_code == 503
        assert int(insisting.headers["retry-after"]) > 0
        assert "no cosigned checkpoint covers position 0" in insisting.json()["detail"]


async def test_the_one_read_of_a_proof_is_planned_once(forest: Library) -> None:
    """Planned anew for each proof it would cost more with every partition than all the rest of proving."""
    pool = await open_pool(forest.place.url())
    try:
        async with pool.acquire() as connection:
            for position in range(10):
                await read_spans(connection, plan_inclusion(position, 500).spans)
            counted = await connection.fetch(
                "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE $1",
                "%WITH ORDINALITY%",
            )
            assert [tuple(row) for row in counted] == [(10, 0)]
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("statement", "position", "old_size"),
    [
        ("UPDATE ledger.entries SET leaf = sha256(leaf) WHERE position = 7", 6, 5),
        ("UPDATE ledger.nodes SET hash = sha256(hash) WHERE level = 1 AND index = 1", 3, 256),
        ("DELETE FROM ledger.nodes WHERE level = 1 AND index = 0", 600, 300),
    ],
)
async def test_a_stored_hash_that_went_wrong_is_noticed_before_a_proof_goes_out(
    forest: Library, statement: str, position: int, old_size: int
) -> None:
    """A superuser edits the tree: no reader is handed a proof that does not hold. Rebuilding mends it."""
    await tree_now(forest)
    await tamper(forest.place, statement)
    assert (await forest.ledger.get(f"/entries/{position}/proof")).status_code == 500
    assert (await forest.ledger.get("/consistency", **{"from": old_size})).status_code == 500
    await rebuild(forest.place.url("bloc_owner"), replace=True)
    file = await proof_of(forest.ledger, position)
    assert isinstance(verify_proof_file(file, forest.entries[position], log_policy()), Accepted)
