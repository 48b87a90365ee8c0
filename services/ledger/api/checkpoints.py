"""What the log says of its tree, as anybody may fetch it: signed notes of C2SP tlog-checkpoint.

Cosignatures come in after the signature, so the note of one size grows lines for a while, and no cache may keep one
for longer than a moment. Its text never changes.
"""

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from contracts import problem
from contracts.limits import CHECKPOINT_CACHED_SECONDS, TREE_SIZE_MAX
from services.ledger.api.wiring import Wiring, wiring_of
from services.ledger.published import SignedCheckpoint
from services.ledger.store.checkpoints import note_at
from services.serving.answers import AnyRequest, respond_bytes, respond_problem

_TEXT = "text/plain"
"""The framework adds the charset, which is utf-8, to every text."""
_HEADERS = {"Cache-Control": f"public, max-age={CHECKPOINT_CACHED_SECONDS}"}
_NOTES = {200: ResponseSpec(str, description="A signed note (c2sp.org/tlog-checkpoint)", media_type=_TEXT)}


@get("/checkpoint", summary="The newest checkpoint", tags=["proofs"], responses=_NOTES)
async def get_checkpoint(request: AnyRequest) -> Response[bytes]:
    """The newest signed checkpoint, with the cosignatures it has. For a moment after each signature, while the
    quorum of witnesses is on its way, the newest cosigned one."""
    wiring = wiring_of(request)
    return await _answer(wiring, wiring.published.published(), "nothing is signed yet")


@get("/checkpoint/cosigned", summary="The newest cosigned checkpoint", tags=["proofs"], responses=_NOTES)
async def get_cosigned_checkpoint(request: AnyRequest) -> Response[bytes]:
    """The newest checkpoint whose cosignatures meet the quorum of the ledger's policy."""
    wiring = wiring_of(request)
    return await _answer(
        wiring, wiring.published.cosigned, "no checkpoint has met the quorum of witnesses yet"
    )


@get("/checkpoint/{size:int}", summary="The checkpoint of one size", tags=["proofs"], responses=_NOTES)
async def get_checkpoint_of_size(request: AnyRequest, size: FromPath[int]) -> Response[bytes]:
    """The checkpoint of exactly so many entries, with all its cosignatures; not every size was signed."""
    wiring = wiring_of(request)
    note = await note_at(wiring.pool, size) if 0 < size <= TREE_SIZE_MAX else None
    if note is None:
        return respond_problem(problem.not_found(f"no checkpoint of {size} entries was signed"))
    wiring.published.note_given(size)
    return respond_bytes(note, media_type=_TEXT, headers=_HEADERS)


async def _answer(wiring: Wiring, signed: SignedCheckpoint | None, otherwise: str) -> Response[bytes]:
    if signed is None:
        return respond_problem(problem.not_found(otherwise))
    size = signed.checkpoint.size
    note = wiring.published.note_of(size) or await note_at(wiring.pool, size)
    if note is None:
        raise AssertionError(f"the published checkpoint of {size} entries is not stored")
    return respond_bytes(note, media_type=_TEXT, headers=_HEADERS)
