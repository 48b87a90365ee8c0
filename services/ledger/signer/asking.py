"""What the witnesses know of this log, for a ledger that lost its own memory of what it signed.

Each witness shows the newest checkpoint that it cosigned, under the SHA-256 of the origin. Where those that are silent
make no quorum among themselves, every quorum has one that answers, so the newest of these is at least the newest that
ever met it. Of majorities that is always so when a quorum answers; of policies like “one of three” it is not.
What they say is checked like everything from outside: the log's own signature, and theirs.
"""

import asyncio
from collections.abc import Iterable
from hashlib import sha256

import httpx
import structlog
from msgspec import Struct
from msgspec.structs import replace

from contracts.identity.keys import VerifyingKey
from contracts.limits import NOTE_BYTES_MAX, WITNESS_ANSWER_SECONDS_MAX
from contracts.tlog.checkpoints import cosignature_time
from contracts.tlog.notes import NoteFault, NoteKey, verify_note
from contracts.tlog.policy import NO_QUORUM, Policy, PolicyWitness
from services.ledger.domain.signing import SignedCheckpoint, own_lines, read_signed
from services.ledger.witness_http import witness_client

_log = structlog.get_logger(__name__)
_NANOSECONDS = 1_000_000_000


class Unanswered(Struct, frozen=True):
    """Too few witnesses answered to know what was signed; in words. `shown` is what the others have: as much was
    signed, and perhaps more."""

    reason: str
    shown: tuple[SignedCheckpoint, ...] = ()


async def ask_witnesses(
    policy: Policy | None, origin: str, keys: Iterable[VerifyingKey], now_ns: int
) -> tuple[SignedCheckpoint, ...] | Unanswered:
    """The newest checkpoint of each witness that has one, of as many as make the quorum of the policy; `keys` are
    those that the log may have signed with. Their clocks say when, but never later than `now_ns`: what was signed
    was signed before, and a clock of somebody else must not keep this log from signing again."""
    if policy is None or policy.quorum == NO_QUORUM:
        return Unanswered("there is no quorum of witnesses to ask")
    log_keys = tuple(NoteKey.of(origin, key) for key in set(keys))
    asked = [witness for witness in policy.witnesses if witness.url]
    answers = await asyncio.gather(*(_ask(witness, origin, log_keys) for witness in asked))
    faults = [
        f"{w.name}: {a.reason}" for w, a in zip(asked, answers, strict=True) if isinstance(a, NoteFault)
    ]
    answered = [w.key for w, a in zip(asked, answers, strict=True) if not isinstance(a, NoteFault)]
    shown = tuple(
        replace(answer, signed_at_ns=min(answer.signed_at_ns, now_ns))
        for answer in answers
        if isinstance(answer, SignedCheckpoint)
    )
    silent = [witness.key for witness in policy.witnesses if witness.key not in answered]
    said = "; ".join(faults) or "some have no address"
    if not policy.satisfied_by(answered):
        return Unanswered(f"no quorum of witnesses answers ({said})", shown)
    if policy.satisfied_by(silent):
        return Unanswered(f"the witnesses that do not answer are a quorum too ({said})", shown)
    for fault in faults:
        _log.warning("witness_does_not_say", reason=fault)
    return shown


async def _ask(
    witness: PolicyWitness, origin: str, log_keys: tuple[NoteKey, ...]
) -> SignedCheckpoint | NoteFault | None:
    """The newest checkpoint that a witness cosigned, None when it has none of this log."""
    prefix = (witness.url or "").rstrip("/")
    url = f"{prefix}/{sha256(origin.encode()).hexdigest()}/checkpoint"
    try:
        async with (
            asyncio.timeout(WITNESS_ANSWER_SECONDS_MAX),
            witness_client(prefix) as http,
            http.stream("GET", url) as answer,
        ):
            if answer.status_code == 404:
                return None
            if answer.status_code != 200:
                return NoteFault(f"it answers {answer.status_code}")
            raw = b""
            async for chunk in answer.aiter_raw():
                raw += chunk
                if len(raw) > NOTE_BYTES_MAX:
                    return NoteFault(f"it answers with more than {NOTE_BYTES_MAX} bytes")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
        return NoteFault(": ".join(filter(None, (type(error).__name__, str(error)))))
    return _read(raw, witness, origin, log_keys)


def _read(
    raw: bytes, witness: PolicyWitness, origin: str, log_keys: tuple[NoteKey, ...]
) -> SignedCheckpoint | NoteFault:
    signed = read_signed(raw, 0, origin)
    if isinstance(signed, NoteFault):
        return signed
    verified = verify_note(signed.note, (*log_keys, witness.key))
    if isinstance(verified, NoteFault):
        return verified
    if witness.key not in verified or len(verified) < 2:
        return NoteFault("its checkpoint is not signed by both the log and itself")
    (theirs,) = (
        line
        for line in signed.note.signatures
        if (line.name, line.key_id) == (witness.key.name, witness.key.key_id)
    )
    own = own_lines(signed, (key.key for key in log_keys))
    return replace(own, signed_at_ns=cosignature_time(theirs) * _NANOSECONDS)
