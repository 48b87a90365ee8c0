"""What a bundle needs, asked step by step of a ledger that gives only what was asked for; and paths out of tiles."""

import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloc.proving.collecting import Collected, Complete, Wanted, plan
from bloc.proving.paths import proofs_from, tiles_for
from contracts.entry import split_entry
from contracts.tlog.proofs import verify_inclusion
from contracts.tlog.tiles import TILE_WIDTH, Tile
from contracts.tlog.tree import Frontier, leaf_hash
from contracts.verification.fault import Fault
from tests.ledger.drafting import SECRETARIAT, key_of, key_registered, line_of
from tests.verification.bundles import History, bundle_of, closure, proven, refused, rotated, story

ENTRIES, TOLD = story()


def stepwise(entries: tuple[bytes, ...] | list[bytes], position: int) -> tuple[tuple[int, ...], int]:
    """Plan with nothing read, read what is wanted, plan again; the positions in the end, and how many were read."""
    read: dict[int, bytes] = {}
    streams: dict[str, tuple[int, ...]] = {}
    for _ in range(200):
        planned = plan((position,), len(entries), Collected(read, streams))
        if isinstance(planned, Complete):
            return planned.positions, len(read)
        assert isinstance(planned, Wanted), planned
        assert not planned.nothing
        for wanted in planned.positions:
            read |= {place: entries[place] for place in wanted}
        for name in planned.streams:
            found = [place for place, entry in enumerate(entries) if split_entry(entry)[0].stream == name]
            streams[name] = tuple(found)
            read |= {place: entries[place] for place in found}
    raise AssertionError("the plan never comes to an end")


@pytest.mark.parametrize("word", TOLD)
def test_step_by_step_the_plan_reads_little_and_comes_to_the_same(word: str):
    """From any event of the history: the bundle is that of who knows everything, and hardly more is read."""
    positions, read = stepwise(ENTRIES, TOLD[word])
    assert positions == closure(ENTRIES, TOLD[word])
    assert read <= len(positions) + 10
    assert proven(bundle_of(ENTRIES, TOLD[word], positions=positions)).position == TOLD[word]


def test_the_rotation_of_the_checkpoint_key_is_in_every_bundle_behind_it():
    """The checkpoint is signed by the key that it brought."""
    entries, told = rotated()
    assert told["rotation"] in stepwise(entries, 0)[0]


def test_a_first_key_registered_by_a_deputy_brings_the_deputys_mandate():
    """Who holds the secretariat's role by mandate registers keys as the secretariat does; the mandate shows it."""
    history, deputy, miner = History(), key_of("bloc.deputy"), key_of("us.miner")
    history.tell("founding", history.drafter.bloc())
    history.tell("deputy's key", history.drafter.registration("bloc.deputy", deputy))
    mandate = {
        "mandate": "bloc.deputy.2026",
        "party": "bloc.deputy",
        "role": "secretariat",
        "event_types": ["bloc.key.registered.v1"],
        "territories": ["BLOC"],
        "minerals": ["*"],
        "effective_from": "2026-01-01",
        "legal_basis": {"act": "bloc.decision.1", "article": "1", "uri": "https://bloc.example/1"},
    }
    number = history.drafter.number()
    granted = line_of("bloc.secretariat", "bloc.mandate.granted.v1", "party/bloc.deputy", mandate, number)
    history.tell("mandate", history.drafter.draft([granted], key=SECRETARIAT, party="bloc.secretariat"))
    line = key_registered("us.miner", miner, history.drafter.number())
    line = line.replace(b"/parties/bloc.secretariat", b"/parties/bloc.deputy")
    history.tell("miner's key", history.drafter.draft([line], key=deputy, party="bloc.deputy"))
    positions, _ = stepwise(history.entries, history.told["miner's key"])
    assert history.told["mandate"] in positions
    assert proven(bundle_of(history.entries, history.told["miner's key"])).draft.author == "bloc.deputy"
    without = [place for place in positions if place != history.told["mandate"]]
    fault = refused(bundle_of(history.entries, history.told["miner's key"], positions=without))
    assert "only the secretariat may" in fault.reason


@given(st.integers(0, 3), st.data())
def test_whatever_a_ledger_sends_the_plan_answers_and_ends(place: int, data: st.DataObject):
    """Entries with a changed byte: a bundle, a fault, or a wish for something else, never an endless loop."""
    raw = bytearray(ENTRIES[place])
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    entries = {**dict(enumerate(ENTRIES[:4])), place: bytes(raw)}
    streams = {
        f"party/{name}": () for name in ("bloc.ledger", "bloc.tariffs", "us.customs", "bloc.secretariat")
    }
    for position in range(4):
        assert isinstance(plan((position,), 4, Collected(entries, streams)), Complete | Wanted | Fault)


def test_a_stamp_that_leads_out_of_the_tree_is_a_fault():
    """A draft that ends behind the checkpoint, or begins before position 0."""
    streams = {"party/bloc.ledger": ()}
    short = plan((2,), 3, Collected(dict(enumerate(ENTRIES[:3])), streams))
    assert isinstance(short, Fault)
    assert "the tree of 3 entries" in short.reason
    moved = ENTRIES[0].replace(b'"line":0', b'"line":1')
    assert isinstance(plan((0,), 4, Collected({0: moved}, {})), Fault)


# --- paths out of tiles ------------------------------------------------------------------------------------


@cache
def levels(size: int) -> list[list[bytes]]:
    """The hashes of each tile level of a tree over `size` numbered entries, full subtrees only."""
    rows = [[leaf_hash(b"%d" % number) for number in range(size)]]
    while len(rows[-1]) >= TILE_WIDTH:
        below = rows[-1]
        full = len(below) // TILE_WIDTH * TILE_WIDTH
        rows.append([complete(below[at : at + TILE_WIDTH]) for at in range(0, full, TILE_WIDTH)])
    return rows


def complete(hashes: list[bytes]) -> bytes:
    """The root above 256 hashes: `Frontier` merges hashes of subtrees as it does those of leaves."""
    return Frontier().append(hashes).root()


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 65_536, 70_000])
def test_the_proofs_of_some_entries_come_from_a_handful_of_tiles(size: int):
    """Of neighbours across the edge of a tile, of the ends, and of any others, under one root."""
    chosen = random.Random(size)
    positions = sorted({0, size - 1, min(255, size - 1), min(256, size - 1), chosen.randrange(size)})
    wanted = tiles_for(positions, size)
    assert len(wanted) <= 12
    tiles = {tile: cut(tile, size) for tile in wanted}
    proofs = proofs_from(positions, size, tiles)
    root = Frontier().append(levels(size)[0]).root()
    for position in positions:
        leaf = leaf_hash(b"%d" % position)
        assert verify_inclusion(leaf, position, size, proofs[position], root) is None


def cut(tile: Tile, size: int) -> tuple[bytes, ...]:
    """The hashes of one tile, as a ledger serves it."""
    first = tile.index * TILE_WIDTH
    return tuple(levels(size)[tile.level][first : first + tile.width])
