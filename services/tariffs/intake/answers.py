"""The one switch from what became of a submission to the answer that both doors give.

Which status goes with which problem stands in `contracts/problem.py`; here each outcome picks its problem.
"""

from typing import Any, assert_never

import msgspec
from msgspec import Struct

from contracts import problem
from contracts.malformed import Malformed
from contracts.problem import Broken, Problem
from contracts.receipt import KnownLine, Receipt, ReceiptProof, encode_receipt
from services.tariffs.domain.rule import Violation
from services.tariffs.domain.rules.ids import IDS_1
from services.tariffs.domain.rules.mandates import MND_1, MND_3, MND_4
from services.tariffs.domain.world import TooLarge, VersionConflict
from services.tariffs.intake import outcomes
from services.tariffs.intake.outcomes import Outcome

JSON = "application/json"
RETRY_AFTER = "Retry-After"
LOCATION = "Location"
PREFERENCE_APPLIED = "Preference-Applied"
PROOF_COSIGNED = "proof=cosigned"
"""The preference (RFC 7240) for a receipt that carries its proofs."""

_ENCODER = msgspec.json.Encoder()
_NO_MANDATE = frozenset(rule.id for rule in (MND_1, MND_3, MND_4))
"""Rules about who may say this at all: 403. The other mandate rules judge what a mandate says: 422."""


class Answer(Struct, frozen=True):
    """Status, media type, body bytes and further headers, the same over HTTP and over NATS."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def answer(outcome: Outcome, proof: ReceiptProof | None = None) -> Answer:
    """Turn an outcome into an answer; every outcome has exactly one. `proof` goes into the receipt."""
    match outcome:
        case outcomes.Recorded(receipt, before):
            headers = ((LOCATION, location_of(receipt.submission)),)
            if before and receipt.outcome != "duplicate":
                receipt = msgspec.structs.replace(receipt, outcome="duplicate")
            if proof is not None:
                receipt = msgspec.structs.replace(receipt, proof=proof)
                headers = (*headers, (PREFERENCE_APPLIED, PROOF_COSIGNED))
            return Answer(200 if before else 201, JSON, written(receipt), headers)
        case outcomes.Waiting(digest):
            body = _ENCODER.encode({"outcome": "waiting", "submission": digest})
            return Answer(202, JSON, body, ((LOCATION, location_of(digest)),))
        case outcomes.WouldRecord():
            return Answer(200, JSON, _ENCODER.encode(_would_record(outcome)))
        case Malformed() | outcomes.BadSignature() | outcomes.UnknownKey() | outcomes.KeyNotValid():
            return problem_answer(_problem_of_reading(outcome))
        case _:
            return problem_answer(_problem_of_recording(outcome))


def problem_answer(found: Problem) -> Answer:
    """A problem document with the headers that go with it."""
    headers = () if found.retry_after is msgspec.UNSET else ((RETRY_AFTER, str(found.retry_after)),)
    return Answer(found.status, problem.MEDIA_TYPE, problem.encode_problem(found), headers)


def written(receipt: Receipt) -> bytes:
    """A receipt as partners get it: with the path at which the ledger proves its first entry."""
    if receipt.is_recorded and receipt.first_position is not msgspec.UNSET:
        receipt = msgspec.structs.replace(receipt, proof_path=f"/entries/{receipt.first_position}/proof")
    return encode_receipt(receipt)


def location_of(digest: str) -> str:
    """Where the fate of a submission can be asked for."""
    return f"/submissions/{digest}"


def _would_record(outcome: outcomes.WouldRecord) -> dict[str, Any]:
    return {
        "outcome": "would_record",
        "submission": outcome.digest,
        "position": outcome.position,
        "expects": outcome.expects,
        "derived": outcome.derived,
    }


_Unread = Malformed | outcomes.BadSignature | outcomes.UnknownKey | outcomes.KeyNotValid
_Undone = (
    outcomes.Refused
    | outcomes.PartlyRecorded
    | VersionConflict
    | outcomes.LostRaces
    | TooLarge
    | outcomes.OverBudget
    | outcomes.Unavailable
    | outcomes.Outdated
    | outcomes.BrokenInvariant
)


def _problem_of_reading(outcome: _Unread) -> Problem:
    """What keeps a submission from being judged: its bytes or its signature."""
    match outcome:
        case Malformed():
            return problem.malformed(outcome)
        case outcomes.BadSignature(fault, digest, length):
            return problem.bad_signature(fault, digest=digest, length=length)
        case outcomes.UnknownKey(kid, digest, length):
            return problem.unknown_key(kid, digest=digest, length=length)
        case outcomes.KeyNotValid(kid, reason, digest, length):
            return problem.key_not_valid(kid, reason, digest=digest, length=length)
        case _:
            assert_never(outcome)


def _problem_of_recording(outcome: _Undone) -> Problem:
    """What keeps a submission that was judged from being recorded."""
    match outcome:
        case outcomes.Refused():
            return _refusal(outcome)
        case outcomes.PartlyRecorded(lines):
            return problem.partly_recorded(lines)
        case VersionConflict(_, stream, expected, actual):
            return problem.version_conflict(
                f"expectedversion is {expected}, but {stream} is at version {actual}"
            )
        case outcomes.LostRaces(reason):
            return problem.version_conflict(reason)
        case TooLarge(what, size_bytes, limit_bytes):
            return problem.too_large(f"{what}: {size_bytes} bytes, the limit is {limit_bytes}")
        case outcomes.OverBudget(what, retry_after):
            return problem.too_many_requests(
                f"the party has used up its budget of {what}", retry_after=retry_after
            )
        case outcomes.Unavailable(reason):
            return problem.unavailable(reason)
        case outcomes.Outdated(reason):
            return problem.outdated(reason)
        case outcomes.BrokenInvariant(incident):
            return problem.internal_error(incident)
        case _:
            assert_never(outcome)


def _refusal(outcome: outcomes.Refused) -> Problem:
    broken = tuple(_broken(violation) for violation in outcome.violations)
    say = problem.no_mandate if outcome.violations[0].rule.id in _NO_MANDATE else problem.rule_broken
    first = outcome.violations[0]
    line = outcome.lines.get(first.event_id)
    if first.rule.id == IDS_1.id:
        known = tuple(
            KnownLine(outcome.lines[found.event_id], found.recorded)
            for found in outcome.violations
            if found.recorded is not None
        )
        return problem.id_reused(broken, known, refusal=outcome.position, line=line)
    return say(broken, position=outcome.position, line=line)


def _broken(violation: Violation) -> Broken:
    return Broken(
        rule=violation.rule.id,
        text=violation.rule.text,
        event=violation.event_id,
        path=violation.path,
        detail=violation.detail,
    )
