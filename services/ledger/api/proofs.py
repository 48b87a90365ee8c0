"""Proofs to keep: that an entry is in the tree of a checkpoint, and that one tree continues another.

A proof file carries the checkpoint that it leads to, so it verifies without this service for ever. It is checked here
against that checkpoint's root before it goes out: a stored hash that went wrong is our fault to notice, not the
reader's. `/consistency` is a convenience; everything in it can be computed from tiles by anybody.
"""

from typing import Annotated

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from contracts import problem
from contracts.limits import PROOF_READ_WAIT_SECONDS_DEFAULT, TREE_SIZE_MAX, WAIT_SECONDS_MAX
from contracts.tlog.encoding import base64
from contracts.tlog.proof_files import ProofFile
from services.ledger.api.wiring import Wiring, wiring_of
from services.ledger.published import SignedCheckpoint
from services.ledger.store.checkpoints import note_at
from services.ledger.store.loading import CorruptRecordError
from services.ledger.store.tiles import consistency, consistency_under, inclusion_under
from services.serving.answers import AnyRequest, respond_bytes, respond_json, respond_problem

TEXT = "text/plain"
"""The framework adds the charset, which is utf-8, to every text."""
COSIGNATURES_HEADER = "Bloc-Cosignatures"
QUORUM_HEADER = "Bloc-Quorum"
_SIGNATURE_LINE = "\n\u2014 ".encode()

Cosigned = Annotated[
    bool | None,
    QueryParameter(
        description="true: of a checkpoint that met the quorum of witnesses; false: of the newest signed one; "
        "when left out: the newest cosigned one that covers the entry, else the newest signed one"
    ),
]
Wait = Annotated[
    float,
    QueryParameter(
        ge=0, le=WAIT_SECONDS_MAX, description="Seconds to wait for a checkpoint that covers the entry"
    ),
]
Size = Annotated[int, QueryParameter(name="from", ge=0, le=TREE_SIZE_MAX, description="The smaller tree")]
NewSize = Annotated[
    int | None,
    QueryParameter(
        name="to", ge=0, le=TREE_SIZE_MAX, description="The larger tree; the newest signed when left out"
    ),
]


class Consistency(Struct, frozen=True, rename={"old": "from", "new": "to"}):
    """That the tree of `to` entries continues the tree of `from`: hashes in base64, as RFC 9162 2.1.4 orders
    them."""

    old: int
    new: int
    hashes: tuple[str, ...]


@get(
    "/entries/{position:int}/proof",
    summary="That an entry is recorded",
    tags=["proofs"],
    responses={
        200: ResponseSpec(str, description="A tlog-proof file (c2sp.org/tlog-proof)", media_type="text/plain")
    },
)
async def get_proof(
    request: AnyRequest,
    position: FromPath[int],
    cosigned: Cosigned = None,
    wait: Wait = PROOF_READ_WAIT_SECONDS_DEFAULT,
) -> Response[bytes]:
    """The file to keep beside the entry: index, hashes from leaf to root, the checkpoint with its cosignatures.
    `Bloc-Cosignatures` counts them, `Bloc-Quorum` says `met` or `missing`."""
    wiring = wiring_of(request)
    if not 0 <= position < wiring.head.size:
        return respond_problem(problem.not_found(f"no entry is recorded at position {position}"))
    covering = await _covering(wiring, position, cosigned, wait)
    if covering is None:
        kind = "cosigned" if cosigned else "signed"
        return respond_problem(problem.unavailable(f"no {kind} checkpoint covers position {position} yet"))
    return await _proof_under(wiring, position, covering)


@get(
    "/consistency",
    summary="That one tree continues another",
    tags=["proofs"],
    responses={200: ResponseSpec(Consistency, description="The proof")},
)
async def get_consistency(request: AnyRequest, old: Size, new: NewSize = None) -> Response[bytes]:
    """A consistency proof between two sizes up to the newest signed one (RFC 9162 2.1.4): empty when they are
    equal, or `from` is 0."""
    wiring = wiring_of(request)
    signed = wiring.published.signed
    signed_size = 0 if signed is None else signed.checkpoint.size
    to = signed_size if new is None else new
    if to > signed_size:
        return respond_problem(
            problem.not_found(f"no tree of {to} entries is signed; the newest has {signed_size}")
        )
    if old > to:
        return respond_problem(problem.bad_query("from", f"from: {old} is larger than to, {to}"))
    if signed is not None and to == signed_size:
        hashes = await consistency_under(wiring.pool, old, signed.checkpoint)
    else:
        hashes = await consistency(wiring.pool, old, to)
    return respond_json(Consistency(old, to, tuple(base64(hashed) for hashed in hashes)))


class _Covering(Struct, frozen=True):
    """A checkpoint that commits to an entry, and whether its cosignatures met the quorum when it was chosen."""

    signed: SignedCheckpoint
    quorum: bool


async def _covering(wiring: Wiring, position: int, cosigned: bool | None, wait: float) -> _Covering | None:
    published = wiring.published
    if cosigned is None and (found := published.newest_covering(position, cosigned=True)):
        return _Covering(found, quorum=True)
    found = await published.wait_covering(position, wait, cosigned=cosigned is True)
    return None if found is None else _Covering(found, quorum=found == published.cosigned)


async def _proof_under(wiring: Wiring, position: int, covering: _Covering) -> Response[bytes]:
    signed = covering.signed
    proof = await inclusion_under(wiring.pool, position, signed.checkpoint)
    note = await _note_of(wiring, signed.checkpoint.size)
    wiring.published.note_given(signed.checkpoint.size)
    cosignatures = note.count(_SIGNATURE_LINE) - len(signed.note.signatures)
    headers = {
        COSIGNATURES_HEADER: str(cosignatures),
        QUORUM_HEADER: "met" if covering.quorum else "missing",
        "Cache-Control": "no-cache",
    }
    return respond_bytes(ProofFile(position, proof, note).encode(), media_type=TEXT, headers=headers)


async def _note_of(wiring: Wiring, size: int) -> bytes:
    """The note with all cosignatures so far; from the tables when it is too old to be remembered."""
    note = wiring.published.note_of(size) or await note_at(wiring.pool, size)
    if note is None:
        raise CorruptRecordError(f"the checkpoint of {size} entries was published and is not stored")
    return note
