"""Tiles over HTTP: byte for byte what tlog-tiles defines, to be kept for ever, and nothing that was not signed."""

import asyncio
import gzip
import sys
from itertools import chain
from pathlib import Path

import pytest

from bloc.commands.ledger import rebuild
from contracts.tlog.policy import write_policy
from contracts.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    bundles_of,
    decode_bundle,
    encode_bundle,
    parse_tile_path,
    tiles_of,
)
from tests.contracts.naive_tree import NaiveTree
from tests.ledger.drafting import ANCHOR
from tests.ledger.forest import log_policy, plant
from tests.ledger.library import Library

IMMUTABLE = "public, max-age=31536000, immutable"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
async def tree(library: Library) -> NaiveTree:
    """The library, grown to 723 entries and signed; its tree by the definition."""
    return await plant(library)


def defined(tile: Tile, tree: NaiveTree, entries: list[bytes]) -> bytes:
    """What a tile is by its definition: each hash the root of 256^level entries."""
    numbers = range(tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width)
    if tile.level == ENTRIES:
        return encode_bundle(entries[number] for number in numbers)
    span = TILE_WIDTH**tile.level
    return b"".join(tree.subtree(number * span, (number + 1) * span) for number in numbers)


async def test_every_tile_and_bundle_is_served_byte_for_byte(library: Library, tree: NaiveTree) -> None:
    """Of the newest signed size: full and partial, hashes of both levels and entries, and they may be kept."""
    tiles = list(chain(tiles_of(library.size), bundles_of(library.size)))
    assert [tile.path for tile in tiles] == [
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/211",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/211",
    ]
    for tile in tiles:
        response = await library.ledger.http.get(f"/{tile.path}", headers=PLAIN)
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/octet-stream"
        assert response.headers["cache-control"] == IMMUTABLE
        assert response.content == defined(tile, tree, library.entries)


async def test_tiles_of_every_smaller_tree_stay(library: Library, tree: NaiveTree) -> None:
    """A reader who holds an older checkpoint finds the partial tiles that belong to it."""
    paths = ("tile/0/000.p/1", "tile/0/000.p/255", "tile/0/001.p/7", "tile/1/000.p/1", "tile/entries/002.p/3")
    for path in paths:
        response = await library.ledger.get(f"/{path}")
        tile = parse_tile_path(path)
        assert isinstance(tile, Tile)
        assert response.content == defined(tile, tree, library.entries)


async def test_a_bundle_comes_compressed_to_those_who_take_it(library: Library, tree: NaiveTree) -> None:
    """tlog-tiles asks for it; a cache is told that the answer depends on the question. Hashes do not compress."""
    del tree
    plain = await library.ledger.http.get("/tile/entries/001", headers=PLAIN)
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    assert decode_bundle(plain.content, TILE_WIDTH) == tuple(library.entries[TILE_WIDTH : 2 * TILE_WIDTH])
    for accepted in ("gzip", "br, GZIP;q=0.5", "x-gzip"):
        raw = await raw_answer(library, "/tile/entries/001", f"Accept-Encoding: {accepted}\r\n")
        head, _, body = raw.partition(b"\r\n\r\n")
        assert b"content-encoding: gzip" in head.lower()
        assert gzip.decompress(body) == plain.content
        assert len(body) < len(plain.content) / 2
    for refused in ("gzip;q=0", "gzip; q=0.00", "deflate, br"):
        raw = await raw_answer(library, "/tile/entries/001", f"Accept-Encoding: {refused}\r\n")
        assert raw.partition(b"\r\n\r\n")[2] == plain.content
    tile = await library.ledger.http.get("/tile/0/001", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in tile.headers


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/002",
        "/tile/0/002.p/212",
        "/tile/0/003.p/1",
        "/tile/1/000",
        "/tile/1/000.p/3",
        "/tile/2/000.p/1",
        "/tile/entries/002",
        "/tile/entries/002.p/212",
        "/tile/63/000.p/1",
        "/tile/7/x999/999",
    ],
)
async def test_what_no_signed_tree_has_is_not_there_yet(library: Library, tree: NaiveTree, path: str) -> None:
    """Empty tiles are never served, and no cache may remember that they were not there."""
    del tree
    response = await library.ledger.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/0",
        "/tile/0/00",
        "/tile/0/0000",
        "/tile/00/000",
        "/tile/+0/000",
        "/tile/-1/000",
        "/tile/0/x000/000",
        "/tile/0/000/001",
        "/tile/0/000.p/0",
        "/tile/0/000.p/01",
        "/tile/0/000.p/256",
        "/tile/0/000.p/",
        "/tile/0/000.p",
        "/tile/0/000.P/5",
        "/tile/0/000.p/5/",
        "/tile/0/000/",
        "/tile//0/000",
        "//tile/0/000",
        "/tile/0//000",
        "/tile/./0/000",
        "/tile/../tile/0/000",
        "/tile/0/%3000",
        "/tile/%30/000",
        "/tile/0%2F000",
        "/tile/entries/000%2Ep/5",
        "/tile/0/000%00",
        "/tile/Entries/000",
        "/tile/entries/0",
        "/tile/64/000",
        "/tile/0/\u0660\u0660\u0660",
        "/tile/",
        "/tile",
        "/tile/data/000",
    ],
)
async def test_a_path_has_one_spelling(library: Library, tree: NaiveTree, path: str) -> None:
    """Whatever a proxy or client might think means the same is 404, sent as it stands and not tidied up."""
    del tree
    raw = await raw_answer(library, path)
    assert raw.startswith(b"HTTP/1.1 404 "), raw[:200]
    assert b"application/problem+json" in raw


async def test_a_query_changes_nothing(library: Library, tree: NaiveTree) -> None:
    """Some caches are told to add one."""
    del tree
    with_query = await library.ledger.get("/tile/0/000", fresh="1")
    assert with_query.content == (await library.ledger.get("/tile/0/000")).content


async def test_nothing_is_served_that_was_not_signed(library: Library, tree: NaiveTree) -> None:
    """While nothing is published as signed, nothing is there, recorded or not."""
    del tree
    published = library.ledger.service.published
    signed, published.signed = published.signed, None
    try:
        for path in ("/tile/0/000", "/tile/0/000.p/1", "/tile/entries/000.p/1"):
            assert (await library.ledger.get(path)).status_code == 404
    finally:
        published.signed = signed
    assert (await library.ledger.get("/tile/0/000")).status_code == 200


async def test_static_files_are_what_is_served(library: Library, tree: NaiveTree, tmp_path: Path) -> None:
    """`bloc ledger rebuild-tiles --to`: each file is what its address answers with, byte for byte, and no other
    is there; a second run writes nothing."""
    del tree
    await rebuild(library.place.url(), folder=tmp_path)
    files = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    tiles = [tile.path for tile in chain(tiles_of(library.size), bundles_of(library.size))]
    assert sorted(files) == sorted([*tiles, "checkpoint"])
    for name, path in files.items():
        response = await library.ledger.http.get(f"/{name}", headers=PLAIN)
        assert path.read_bytes() == response.content
    written = {name: path.stat().st_mtime_ns for name, path in files.items()}
    await rebuild(library.place.url(), folder=tmp_path)
    assert {name: path.stat().st_mtime_ns for name, path in files.items()} == written


async def test_the_folder_of_static_files_verifies_by_itself(
    library: Library, tree: NaiveTree, tmp_path: Path
) -> None:
    """`bloc verify` takes it as it takes a ledger: tree, signatures and versions, with no service asked."""
    del tree
    await rebuild(library.place.url(), folder=tmp_path / "files")
    policy = tmp_path / "policy"
    policy.write_text(write_policy(log_policy()), encoding="utf-8")
    verify = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bloc", "verify", str(tmp_path / "files"), "--policy", str(policy)),
        *("--trust-anchor", ANCHOR, "--workers", "0", "--json"),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await asyncio.wait_for(verify.communicate(), 60)
    assert verify.returncode == 0, said.decode()


async def raw_answer(library: Library, path: str, headers: str = "") -> bytes:
    """What comes back for exactly this path: an HTTP client would tidy it up first."""
    host, _, port = library.ledger.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n".encode())
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        await writer.wait_closed()
