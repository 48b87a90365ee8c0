"""Every outcome has exactly one answer, and it says what to do next."""

from datetime import date

import msgspec
import pytest

from contracts.identity.jws import SignatureFault
from contracts.malformed import Malformed
from contracts.malformed import TooLarge as TooLargeBody
from contracts.receipt import KnownLine, ProvenEntry, Receipt, ReceiptProof
from services.tariffs.domain.rule import Rule, Violation
from services.tariffs.domain.rules.ids import IDS_1
from services.tariffs.domain.rules.mandates import MND_1
from services.tariffs.domain.world import TooLarge, VersionConflict
from services.tariffs.intake import outcomes
from services.tariffs.intake.answers import answer
from services.tariffs.intake.outcomes import Outcome

DIGEST = "ab" * 32
RECEIPT = Receipt(outcome="recorded", submission=DIGEST, sequence=7, first_position=240, count=2)
RULE = Rule("RES-1", "Stock", "Nobody draws what is not there.", "test", date(2026, 1, 1))
SECOND = Violation(RULE, "id-of-line-1", "$.data.quantity", "the lot holds 1 kg")
NO_MANDATE = Violation(MND_1, "id-of-line-0", "$.type", "no mandate covers it")
REUSED = Violation(IDS_1, "id-of-line-0", "$.id", "its id is recorded at position 12", 12)
LINES = {"id-of-line-0": 0, "id-of-line-1": 1}

ANSWERS: dict[str, tuple[Outcome, int, str]] = {
    "recorded": (outcomes.Recorded(RECEIPT), 201, ""),
    "recorded before": (outcomes.Recorded(RECEIPT, before=True), 200, ""),
    "waiting": (outcomes.Waiting(DIGEST), 202, ""),
    "dry run": (outcomes.WouldRecord(DIGEST, (), {"party/us.customs": 2}, 239), 200, ""),
    "malformed": (Malformed("$.data", "no object", "send one", 3), 400, "malformed"),
    "body too large": (TooLargeBody("$", "600000 bytes", "split it"), 413, "too_large"),
    "unsigned": (
        outcomes.BadSignature(SignatureFault("not signed", "sign it"), DIGEST, 9),
        401,
        "bad_signature",
    ),
    "other bytes": (outcomes.BadSignature(None, DIGEST, 9), 401, "bad_signature"),
    "unknown key": (outcomes.UnknownKey("kid", DIGEST, 9), 401, "unknown_key"),
    "revoked key": (
        outcomes.KeyNotValid("kid", "was revoked at position 9", DIGEST, 9),
        401,
        "key_not_valid",
    ),
    "no mandate": (outcomes.Refused(DIGEST, (NO_MANDATE, SECOND), LINES, 260), 403, "no_mandate"),
    "rule broken": (outcomes.Refused(DIGEST, (SECOND,), LINES, 260), 422, "rule_broken"),
    "id reused": (outcomes.Refused(DIGEST, (REUSED,), LINES, 260), 409, "id_reused"),
    "partly recorded": (outcomes.PartlyRecorded((KnownLine(1, 12),)), 409, "partly_recorded"),
    "expected version": (VersionConflict("id", "floor/x", 1, 2), 409, "version_conflict"),
    "lost races": (outcomes.LostRaces("decided 4 times"), 409, "version_conflict"),
    "derived too large": (TooLarge("the draft", 4_000_000, 3_145_728), 413, "too_large"),
    "over budget": (outcomes.OverBudget("recorded refusals", 7), 429, "too_many_requests"),
    "unavailable": (outcomes.Unavailable("NATS is away"), 503, "unavailable"),
    "outdated": (outcomes.Outdated("entry 7: this release does not know it"), 503, "outdated"),
    "broken invariant": (outcomes.BrokenInvariant("1f"), 500, "internal_error"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_outcome_has_its_status_and_its_problem(name: str):
    """Status, slug and, for every problem, a way to mend it."""
    outcome, status, slug = ANSWERS[name]
    given = answer(outcome)
    document = msgspec.json.decode(given.body)
    assert given.status == status
    if slug:
        assert document["type"] == f"urn:bloc:problem:{slug}"
        assert document["status"] == status
        assert document["mend"]
        assert given.media_type == "application/problem+json"
    else:
        assert document["submission"] == DIGEST


def test_a_receipt_says_where_it_is_found_and_a_later_one_that_it_is_a_duplicate():
    """The first receipt is kept as it was, but for its outcome."""
    first, again = answer(outcomes.Recorded(RECEIPT)), answer(outcomes.Recorded(RECEIPT, before=True))
    assert first.headers == again.headers == (("Location", f"/submissions/{DIGEST}"),)
    assert msgspec.json.decode(again.body) == msgspec.json.decode(first.body) | {"outcome": "duplicate"}


def test_a_receipt_names_the_path_of_its_proof():
    """Where the ledger proves the first of its entries; what was not recorded has no such path."""
    document = msgspec.json.decode(answer(outcomes.Recorded(RECEIPT)).body)
    assert document["proof_path"] == "/entries/240/proof"
    assert "proof" not in document
    assert "proof_path" not in msgspec.json.decode(answer(outcomes.Waiting(DIGEST)).body)


def test_a_receipt_with_its_proofs_says_that_the_preference_was_applied():
    """RFC 7240: Preference-Applied stands there only when the proofs do."""
    proof = ReceiptProof(quorum=True, cosignatures=2, entries=(ProvenEntry(240, "c2sp.org/tlog-proof@v1"),))
    given = answer(outcomes.Recorded(RECEIPT), proof)
    assert dict(given.headers)["Preference-Applied"] == "proof=cosigned"
    assert msgspec.json.decode(given.body)["proof"]["entries"][0]["position"] == 240
    assert "Preference-Applied" not in dict(answer(outcomes.Recorded(RECEIPT)).headers)


def test_a_refusal_names_the_first_rule_its_line_and_its_position_and_lists_all():
    """The rule that comes first in order of precedence decides the status."""
    document = msgspec.json.decode(answer(ANSWERS["no mandate"][0]).body)
    assert (document["rule"], document["line"], document["position"]) == ("MND-1", 0, 260)
    assert [broken["rule"] for broken in document["broken"]] == ["MND-1", "RES-1"]


def test_what_may_be_tried_again_says_when():
    """429 and 503 carry Retry-After, in the header and in the body."""
    for name, seconds in (("over budget", 7), ("unavailable", 2), ("outdated", 60)):
        given = answer(ANSWERS[name][0])
        assert dict(given.headers)["Retry-After"] == str(seconds)
        assert msgspec.json.decode(given.body)["retry_after"] == seconds
