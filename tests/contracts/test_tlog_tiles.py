"""Tiles: which a tree has, what they are called, and that their bytes are read in one way only."""

import re
from hashlib import sha256

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from contracts.limits import ENTRY_BYTES_MAX, TREE_SIZE_MAX
from contracts.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileFault,
    bundles_of,
    decode_bundle,
    decode_hashes,
    encode_bundle,
    parse_tile_path,
    tiles_of,
    width_at,
)
from tests.contracts.naive_tree import RFC_6962_LEAVES

sizes = st.one_of(st.integers(0, 200_000), st.integers(0, TREE_SIZE_MAX))
entries = st.lists(st.binary(max_size=40), min_size=1, max_size=TILE_WIDTH)


@st.composite
def tiles(draw: st.DrawFn) -> Tile:
    """A tile that some tree has."""
    level = draw(st.integers(ENTRIES, 7))
    hashes = draw(st.integers(1, TREE_SIZE_MAX >> 8 * max(level, 0)))
    index = draw(st.integers(0, (hashes - 1) // TILE_WIDTH))
    return Tile(level, index, min(hashes - index * TILE_WIDTH, TILE_WIDTH))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 5), "tile/0/005"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 1234067, 112), "tile/0/x001/x234/067.p/112"),
        (Tile(2, 1000), "tile/2/x001/000"),
        (Tile(7, 0, 127), "tile/7/000.p/127"),
        (Tile(ENTRIES, 999, 255), "tile/entries/999.p/255"),
        (Tile(ENTRIES, (TREE_SIZE_MAX >> 8) - 1), "tile/entries/x036/x028/x797/x018/x963/966"),
    ],
)
def test_a_tile_has_the_path_that_the_specification_gives(tile: Tile, path: str):
    """C2SP tlog-tiles: groups of three digits, all but the last with an x before them."""
    assert tile.path == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/5",
        "tile/0/x000/005",
        "tile/0/x001",
        "tile/0/001/000",
        "tile/0/X001/000",
        "tile/00/000",
        "tile/-1/000",
        "tile/64/000",
        "tile/8/000",
        "tile/7/000.p/128",
        "tile/7/001",
        "tile/data/000",
        "tile/entries/000.p",
        "tile/entries/000.p/",
        "tile/entries/000.p/0",
        "tile/entries/000.p/01",
        "tile/entries/000.p/256",
        "tile/entries/000.p/1/",
        "tile/entries/x036/x028/x797/x018/x963/967",
        "tile/entries/x001/x036/x028/x797/x018/x963/967/000",
        "tile/0/\u0661\u0662\u0663",
        "tile/0/000\n",
        "tile/0/ 00",
        "tile/0/../000",
        "tile/0/%3000",
    ],
)
def test_another_spelling_or_an_impossible_tile_is_refused(path: str):
    """One resource has one name; a tile beyond 2**63 - 1 entries exists in no tree."""
    assert isinstance(parse_tile_path(path), TileFault)


@given(tiles())
def test_a_path_comes_back_as_the_tile_that_wrote_it(tile: Tile):
    """parse ∘ path = id, for every tile of every tree."""
    assert parse_tile_path(tile.path) == tile
    assert tile.end <= TREE_SIZE_MAX


@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"tile/(entries|\d{1,3})/(x\d{3}/){0,7}\d{1,4}(\.p/\d{1,4})?", fullmatch=True),
    )
)
@example("tile/0/x000/000")
def test_a_path_that_is_read_is_the_one_that_would_be_written(path: str):
    """path ∘ parse = id; and nothing raises, digits of other scripts included."""
    tile = parse_tile_path(path)
    if isinstance(tile, Tile):
        assert tile.path == path


def test_a_log_of_70000_entries_has_the_tiles_of_the_specification():
    """273 full tiles of level 0 and one of 112; one of level 1 and one of 17; one of 1."""
    tiles = list(tiles_of(70_000))
    partial = [tile for tile in tiles if tile.width < TILE_WIDTH]
    assert [sum(tile.level == level for tile in tiles if tile not in partial) for level in range(3)] == [
        273,
        1,
        0,
    ]
    assert partial == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []
    assert list(bundles_of(70_000))[-2:] == [Tile(ENTRIES, 272), Tile(ENTRIES, 273, 112)]
    assert len(list(bundles_of(70_000))) == 274


@given(st.integers(0, 70_000))
def test_the_tiles_of_a_tree_are_those_that_have_a_width(size: int):
    """tiles_of and width_at are one function seen from two sides; the tile after the last has no hash."""
    tiles = list(tiles_of(size))
    assert all(width_at(tile.level, tile.index, size) == tile.width for tile in tiles)
    for level in range(9):
        count = sum(tile.level == level for tile in tiles)
        assert width_at(level, count, size) == 0
        hashes = sum(tile.width for tile in tiles if tile.level == level)
        assert hashes == size // TILE_WIDTH**level
    assert all(tile.end <= size for tile in tiles)


@given(st.integers(0, 70_000), st.integers(0, 71_000))
def test_bundles_go_on_from_any_position(size: int, first: int):
    """A reader that has the entries below `first` asks for the bundle in which it stopped and all after it."""
    every = list(bundles_of(size))
    assert list(bundles_of(size, first)) == [bundle for bundle in every if bundle.end > first]
    assert sum(bundle.width for bundle in every) == size


@given(tiles(), sizes)
def test_a_width_is_what_the_specification_computes(tile: Tile, size: int):
    """floor(size / 256^level) mod 256 for the last tile, 256 before it, 0 behind it."""
    hashes = size // TILE_WIDTH ** max(tile.level, 0)
    expected = TILE_WIDTH if tile.index < hashes // TILE_WIDTH else 0
    if tile.index == hashes // TILE_WIDTH:
        expected = hashes % TILE_WIDTH
    assert width_at(tile.level, tile.index, size) == expected


def test_the_bundle_of_the_rfc_6962_leaves_is_the_known_one():
    """KAT-1."""
    raw = encode_bundle(RFC_6962_LEAVES)
    assert sha256(raw).hexdigest() == "1afdc32f06ff88236207410a37b10ff2b5647186b52a531da0416d539b15a876"
    assert decode_bundle(raw, 8) == tuple(RFC_6962_LEAVES)


@given(entries)
def test_a_bundle_gives_back_the_entries_that_were_put_in(entries: list[bytes]):
    """decode ∘ encode = id."""
    assert decode_bundle(encode_bundle(entries), len(entries)) == tuple(entries)


@given(entries, st.data())
def test_a_bundle_that_is_cut_extended_or_of_another_width_is_refused(
    entries: list[bytes], data: st.DataObject
):
    """Each byte belongs to an entry, and the path said how many there are."""
    raw = encode_bundle(entries)
    cut = data.draw(st.integers(0, len(raw) - 1), label="cut")
    assert isinstance(decode_bundle(raw[:cut], len(entries)), TileFault)
    assert isinstance(decode_bundle(raw + b"\x00", len(entries)), TileFault)
    other = data.draw(st.integers(-1, 300).filter(lambda width: width != len(entries)), label="width")
    assert isinstance(decode_bundle(raw, other), TileFault)


@given(st.binary(max_size=600), st.integers(-1, 260))
@example(b"", 0)
@example(b"\x00\x00" * 257, 257)
def test_bytes_that_are_read_as_a_bundle_are_the_ones_that_would_be_written(raw: bytes, width: int):
    """encode ∘ decode = id, and nothing raises."""
    decoded = decode_bundle(raw, width)
    if not isinstance(decoded, TileFault):
        assert (len(decoded), encode_bundle(decoded)) == (width, raw)


def test_an_entry_that_no_bundle_can_hold_raises():
    """The ledger's limit on entries is there so that this never happens."""
    assert decode_bundle(encode_bundle([bytes(ENTRY_BYTES_MAX)]), 1) == (bytes(ENTRY_BYTES_MAX),)
    for entries in ([bytes(ENTRY_BYTES_MAX + 1)], [], [b""] * (TILE_WIDTH + 1)):
        with pytest.raises(ValueError, match=re.escape("bundle")):
            encode_bundle(entries)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=TILE_WIDTH), st.integers(-300, 300))
def test_a_hash_tile_is_read_at_its_own_width_only(hashes: list[bytes], width: int):
    """32 bytes each, as many as the path says."""
    raw = b"".join(hashes)
    assert decode_hashes(raw, len(hashes)) == tuple(hashes)
    assert isinstance(decode_hashes(raw + b"\x00", len(hashes)), TileFault)
    assert isinstance(decode_hashes(raw[:-1], len(hashes)), TileFault)
    assume(width != len(hashes))
    assert isinstance(decode_hashes(raw, width), TileFault)


def test_an_empty_or_overlong_hash_tile_is_refused():
    """Empty tiles are never served; a tile of 257 hashes is two."""
    for width in (0, -1, 257):
        assert isinstance(decode_hashes(bytes(32 * max(width, 0)), width), TileFault)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_a_tile_with_impossible_numbers_cannot_be_made(level: int, index: int, width: int):
    """Such a number comes from a mistake in the program, never from outside."""
    with pytest.raises(ValueError, match="there is no tile"):
        Tile(level, index, width)
