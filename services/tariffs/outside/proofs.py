"""Cosigned proofs of what was recorded, asked of the ledger for a receipt that shall carry them.

Waiting for witnesses takes a second or two, and many may wait at once, so these requests have connections of
their own: the follower and the questions of a decision never queue behind them. A proof is an addition to a receipt
that is true without it; whatever goes wrong here, the receipt goes out.
"""

import asyncio

import httpx
import structlog
from msgspec import UNSET, Struct

from contracts.limits import PROOF_ENTRIES_MAX, PROOF_READ_SECONDS_MAX, PROOFS_AWAITED_MAX
from contracts.receipt import ProvenEntry, Receipt, ReceiptProof

_COSIGNATURES_HEADER = "Bloc-Cosignatures"
_QUORUM_HEADER = "Bloc-Quorum"
_OK = 200
log = structlog.get_logger(__name__)


class _Proof(Struct, frozen=True):
    text: str
    cosignatures: int
    quorum: bool


class ProofReader:
    """Reads proofs from one ledger, for at most PROOFS_AWAITED_MAX submissions at a time."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=None,  # every request is inside a timeout of its own
            limits=httpx.Limits(max_connections=PROOFS_AWAITED_MAX),
            trust_env=False,
        )
        self._awaited = 0

    async def close(self) -> None:
        await self._http.aclose()

    async def proofs_of(self, receipt: Receipt, wait_s: float) -> ReceiptProof | None:
        """Wait until a cosigned checkpoint covers what the receipt names, and read the proofs; None when none does
        within `wait_s` seconds, when too many wait, or when the ledger cannot be read."""
        if receipt.first_position is UNSET or receipt.count is UNSET or self._awaited >= PROOFS_AWAITED_MAX:
            return None
        self._awaited += 1
        try:
            async with asyncio.timeout(wait_s + PROOF_READ_SECONDS_MAX):
                return await self._read(receipt.first_position, receipt.count, wait_s)
        except (httpx.HTTPError, TimeoutError) as error:
            log.info("proof_not_read", submission=receipt.submission, reason=repr(error))
            return None
        finally:
            self._awaited -= 1

    async def _read(self, first: int, count: int, wait_s: float) -> ReceiptProof | None:
        """Wait for the last entry: the checkpoint that covers it covers those before it."""
        last = first + count - 1
        covering = await self._proof(last, wait_s)
        if covering is None:
            return None
        positions = range(first, first + min(count, PROOF_ENTRIES_MAX))
        others = await asyncio.gather(
            *(self._proof(position, 0) for position in positions if position < last)
        )
        asked = (*others, covering) if last in positions else others
        found = [proof for proof in asked if proof is not None]
        if len(found) < len(positions):
            return None
        return ReceiptProof(
            quorum=all(proof.quorum for proof in found),
            cosignatures=min(proof.cosignatures for proof in found),
            entries=tuple(
                ProvenEntry(position, proof.text) for position, proof in zip(positions, found, strict=True)
            ),
        )

    async def _proof(self, position: int, wait_s: float) -> _Proof | None:
        """The proof of one entry against a cosigned checkpoint; None when there is none within `wait_s`."""
        params = {"cosigned": "true", "wait": f"{max(0.0, wait_s):.3f}"}
        response = await self._http.get(f"/entries/{position}/proof", params=params)
        cosignatures = response.headers.get(_COSIGNATURES_HEADER, "")
        if response.status_code != _OK or not cosignatures.isdecimal():
            log.info("no_proof", position=position, status=response.status_code)
            return None
        return _Proof(response.text, int(cosignatures), response.headers.get(_QUORUM_HEADER) == "met")
