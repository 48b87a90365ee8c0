"""Problems: stable types, the status of each situation, and always the next step."""

import json
from collections.abc import Callable

import msgspec
import pytest

from contracts import problem
from contracts.identity.jws import SignatureFault
from contracts.malformed import Malformed, TooLarge
from contracts.problem import SITUATIONS, Broken, Problem, encode_problem
from contracts.receipt import KnownLine

BROKEN = (
    Broken(
        "FLOOR-1", "A floor needs a line of the catalogue.", "019f1a10", "$.data.line", "no line ndpr.oxide.x"
    ),
    Broken("FLOOR-2", "One scope has one live floor.", "019f1a10", "$.data"),
)
RECEIVED = {"digest": "5e" * 32, "length": 812}

EXAMPLES: list[tuple[str, int, Callable[[], Problem]]] = [
    ("malformed", 400, lambda: problem.malformed(Malformed("$.data.price", "a float", "write a string", 2))),
    ("bad_query", 400, lambda: problem.bad_query("limit", "limit must be 1 to 1000")),
    ("unknown_key", 401, lambda: problem.unknown_key("kid", digest="5e" * 32, length=812)),
    ("key_not_valid", 401, lambda: problem.key_not_valid("kid", "was revoked", digest="5e" * 32, length=812)),
    ("bad_signature", 401, lambda: problem.bad_signature(None, digest="5e" * 32, length=812)),
    ("no_mandate", 403, lambda: problem.no_mandate(BROKEN)),
    ("not_found", 404, lambda: problem.not_found("no entry at position 7")),
    ("not_allowed", 405, lambda: problem.not_allowed("PUT")),
    ("id_reused", 409, lambda: problem.id_reused(BROKEN, [KnownLine(0, 17)], refusal=99)),
    ("partly_recorded", 409, lambda: problem.partly_recorded([KnownLine(3, 17), KnownLine(4, 18)])),
    ("version_conflict", 409, lambda: problem.version_conflict("expectedversion 3, the stream is at 4")),
    ("too_large", 413, problem.too_large),
    ("unsupported_media_type", 415, lambda: problem.unsupported_media_type("text/plain")),
    ("rule_broken", 422, lambda: problem.rule_broken(BROKEN, position=9, line=0)),
    ("too_many_requests", 429, lambda: problem.too_many_requests("us.customs")),
    ("internal_error", 500, lambda: problem.internal_error("0a1b")),
    ("unavailable", 503, lambda: problem.unavailable("the ledger is away")),
    ("outdated", 503, lambda: problem.outdated("entry 7: this release does not know the type bloc.x.y.v1")),
]


@pytest.mark.parametrize(("slug", "status", "make"), EXAMPLES, ids=[slug for slug, _, _ in EXAMPLES])
def test_each_situation_has_its_type_its_status_and_a_next_step(
    slug: str, status: int, make: Callable[[], Problem]
):
    """RFC 9457; the type is for programs and stays."""
    made = make()
    assert (made.type, made.slug, made.status) == (f"urn:bloc:problem:{slug}", slug, status)
    assert made.title
    assert made.detail
    assert made.mend
    assert msgspec.json.decode(encode_problem(made), type=Problem) == made
    assert None not in json.loads(encode_problem(made)).values()


def test_every_situation_of_the_table_can_be_made():
    """A row that no constructor uses is dead."""
    assert {slug for slug, _, _ in EXAMPLES} == set(SITUATIONS)


def test_a_malformed_line_is_named_with_path_reason_and_mend():
    """The author corrects one line and signs again."""
    made = problem.malformed(Malformed("$.data.price.amount", "a float", "write it as a string", 2))
    assert (made.path, made.line, made.detail, made.mend) == (
        "$.data.price.amount",
        2,
        "a float",
        "write it as a string",
    )


def test_a_fault_of_size_only_is_413():
    """The same fault type carries it, so no door can forget."""
    assert problem.malformed(TooLarge("$", "too many bytes", "split it")).status == 413


def test_a_bad_signature_names_digest_and_length_of_the_bytes_that_arrived():
    """Most bad signatures are good ones over bytes that a tool changed on the way."""
    made = problem.bad_signature(None, digest="5e" * 32, length=812)
    assert (made.digest, made.length) == (RECEIVED["digest"], RECEIVED["length"])
    assert "812 bytes" in made.detail
    read_fault = problem.bad_signature(SignatureFault("no dots", "two dots"), digest="5e" * 32, length=812)
    assert (read_fault.detail, read_fault.mend) == ("no dots", "two dots")


def test_a_refusal_shows_the_first_rule_on_top_and_all_of_them_below():
    """Order of precedence is kept, and the recorded refusal can be looked up."""
    made = problem.rule_broken(BROKEN, position=9, line=0)
    assert (made.rule, made.text, made.path, made.position, made.line) == (
        "FLOOR-1",
        "A floor needs a line of the catalogue.",
        "$.data.line",
        9,
        0,
    )
    assert made.detail == "no line ndpr.oxide.x"
    assert made.broken == BROKEN


def test_partly_recorded_names_each_known_line_and_its_position():
    """So that the author can send the rest."""
    made = problem.partly_recorded([KnownLine(3, 17), KnownLine(4, 18)])
    assert "line 3 at position 17, line 4 at position 18" in made.detail
    assert made.lines == (KnownLine(3, 17), KnownLine(4, 18))


def test_back_pressure_says_when_to_come_back():
    """The same number goes into Retry-After."""
    assert problem.unavailable("full", retry_after=5).retry_after == 5
    assert problem.too_many_requests("budget", retry_after=7).retry_after == 7
