"""The tree as files: hash tiles and entry bundles under the paths of C2SP tlog-tiles.

Only what lies below the newest signed checkpoint is served: what a cache may keep for a year must be something that
the log has committed to. Every tile of every smaller tree stays served too, partial ones included, as a reader may
hold an older checkpoint. A path has one spelling; any other, though it may mean the same, is not there.
"""

import asyncio
import gzip
import re

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec

from contracts import problem
from contracts.limits import BUNDLE_COMPRESSION_LEVEL
from contracts.tlog.tiles import ENTRIES, TileFault, parse_tile_path
from services.ledger.api.wiring import wiring_of
from services.ledger.store.tiles import read_tile
from services.serving.answers import OCTETS, AnyRequest, respond_bytes, respond_problem

_IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
_FORBIDDEN = re.compile(r"q=0(\.0*)?")
_FILE = {
    200: ResponseSpec(bytes, description="Hashes side by side, or entries with lengths", media_type=OCTETS)
}


@get("/tile/{path:path}", summary="A tile or an entry bundle", tags=["proofs"], responses=_FILE)
async def get_tile(request: AnyRequest) -> Response[bytes]:
    """`/tile/<L>/<N>` holds up to 256 hashes of level L, `/tile/entries/<N>` up to 256 entries, each behind its
    length; `.p/<W>` behind either asks for the first W (c2sp.org/tlog-tiles)."""
    path = _path_of(request)
    tile = parse_tile_path(path.removeprefix("/"))
    if isinstance(tile, TileFault):
        return _not_there(tile.reason)
    wiring = wiring_of(request)
    if tile.end > wiring.published.size:
        return _not_there(f"no tree that was signed has {path} yet: it needs {tile.end} entries")
    raw = await read_tile(wiring.pool, tile)
    if tile.level != ENTRIES:
        return respond_bytes(raw, media_type=OCTETS, headers=_IMMUTABLE)
    headers = {**_IMMUTABLE, "Vary": "Accept-Encoding"}
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        # On a thread: a bundle of large entries takes longer than the loop may be kept.
        raw = await asyncio.to_thread(gzip.compress, raw, BUNDLE_COMPRESSION_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return respond_bytes(raw, media_type=OCTETS, headers=headers)


def _path_of(request: AnyRequest) -> str:
    """The path as it was sent: decoded or tidied up it would let several spellings through."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("latin-1").partition("?")[0]


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, and does not forbid it (RFC 9110 section 12.5.3)."""
    for offered in accepted.split(","):
        name, _, quality = offered.replace(" ", "").lower().partition(";")
        if name in ("gzip", "x-gzip"):
            return _FORBIDDEN.fullmatch(quality) is None
    return False


def _not_there(reason: str) -> Response[bytes]:
    answer = respond_problem(problem.not_found(reason))
    # What is not there yet will be: no cache may remember that it was not.
    answer.headers["Cache-Control"] = "no-store"
    return answer
