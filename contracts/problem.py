"""What goes wrong, as every caller reads it: RFC 9457 problem details, one constructor for each situation.

Status and slug of every situation stand in one table, so that two doors (HTTP and NATS) and two services
cannot answer the same fault differently. A problem always says what to do next (`mend`); `type` is stable
and meant for programs, `detail` for people.
"""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from contracts.identity.jws import SignatureFault
from contracts.limits import OUTDATED_RETRY_AFTER_SECONDS, RETRY_AFTER_SECONDS, SUBMISSION_BYTES_MAX
from contracts.malformed import Malformed, TooLarge
from contracts.receipt import KnownLine

TYPE_PREFIX = "urn:bloc:problem:"
MEDIA_TYPE = "application/problem+json"


class Situation(msgspec.Struct, frozen=True):
    """A kind of problem: its HTTP status, its title, and what to do when nothing better is known."""

    status: int
    title: str
    mend: str


SITUATIONS: dict[str, Situation] = {
    "malformed": Situation(400, "The submission is malformed", "Correct the line and sign the body again."),
    "bad_query": Situation(400, "The query cannot be understood", "Correct the parameter; see /schema."),
    "unknown_key": Situation(
        401, "The signing key is not registered", "Have the key registered, or sign with a registered one."
    ),
    "key_not_valid": Situation(
        401, "The signing key is no longer valid", "Sign with a live key of the party."
    ),
    "bad_signature": Situation(
        401, "The signature does not verify", "Send the very bytes that were signed (curl: --data-binary)."
    ),
    "no_mandate": Situation(
        403, "The party has no mandate for this", "Ask the secretariat for a mandate that covers it."
    ),
    "not_found": Situation(404, "There is no such thing", "Check the address; see /schema."),
    "not_allowed": Situation(405, "The method is not allowed here", "See /schema for the methods."),
    "id_reused": Situation(
        409, "The id is known with other bytes", "Give a new event a new id; never change a recorded one."
    ),
    "partly_recorded": Situation(
        409, "Some of these events are recorded already", "Send only the lines that are not recorded yet."
    ),
    "version_conflict": Situation(
        409, "Something changed meanwhile", "Read the stream again and decide whether to submit again."
    ),
    "too_large": Situation(413, "The submission is too large", "Send the events in several submissions."),
    "unsupported_media_type": Situation(
        415,
        "The body cannot be taken in this form",
        "Send application/cloudevents+json or application/x-ndjson, structured mode, uncompressed.",
    ),
    "rule_broken": Situation(
        422, "A rule is broken", "Read the rule; change the event and give it a new id."
    ),
    "too_many_requests": Situation(
        429,
        "The party sends too much at once",
        "Send the same bytes again after Retry-After; ids make it safe.",
    ),
    "internal_error": Situation(
        500,
        "The service made an error",
        "Send the same bytes again later; ids make it safe. Tell the operator.",
    ),
    "unavailable": Situation(
        503,
        "The service cannot answer now",
        "Ask again after Retry-After. A submission may be sent again as it is: ids make it safe.",
    ),
    "outdated": Situation(
        503,
        "This release of the service is too old for the record",
        "Operator: run the newest release, which goes on here; nothing is lost. Everybody else: ask an instance that "
        "runs it, or again after Retry-After; a submission may be sent again as it is: ids make it safe.",
    ),
}
"""Slug → situation: the only place where an outcome becomes a status."""


class Broken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A broken rule: its id and text, which event (`id`) broke it and where (`path`), in what way."""

    rule: str
    text: str
    event: str
    path: str
    detail: str | UnsetType = UNSET


class Problem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A problem document. Beside the members of RFC 9457: where (`path`, `line` from 0), which `rule` with
    its `text`, `position` of a recorded refusal or of the first known event, `mend` (what to do next),
    `broken` (all rules, in order of precedence), `lines` known already, `digest` and `length` in bytes of
    the body as it was received, `retry_after` in seconds."""

    type: str
    title: str
    status: int
    detail: str
    path: str | UnsetType = UNSET
    line: int | UnsetType = UNSET
    rule: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    position: int | UnsetType = UNSET
    mend: str | UnsetType = UNSET
    broken: tuple[Broken, ...] | UnsetType = UNSET
    lines: tuple[KnownLine, ...] | UnsetType = UNSET
    digest: str | UnsetType = UNSET
    length: int | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET

    @property
    def slug(self) -> str:
        """The last part of `type`, the key in SITUATIONS."""
        return self.type.removeprefix(TYPE_PREFIX)


_ENCODER = msgspec.json.Encoder()


def encode_problem(problem: Problem) -> bytes:
    """Write a problem as application/problem+json."""
    return _ENCODER.encode(problem)


def _problem(slug: str, detail: str, *, mend: str = "") -> Problem:
    situation = SITUATIONS[slug]
    return Problem(
        f"{TYPE_PREFIX}{slug}", situation.title, situation.status, detail, mend=mend or situation.mend
    )


def malformed(fault: Malformed) -> Problem:
    """400, or 413 when only a size is wrong: where, why and how to mend it."""
    slug = "too_large" if isinstance(fault, TooLarge) else "malformed"
    problem = msgspec.structs.replace(_problem(slug, fault.reason, mend=fault.mend), path=fault.path)
    return problem if fault.line is None else msgspec.structs.replace(problem, line=fault.line)


def bad_query(parameter: str, reason: str, *, mend: str = "") -> Problem:
    """400: a query parameter that cannot be understood."""
    return msgspec.structs.replace(_problem("bad_query", reason, mend=mend), path=parameter)


def unknown_parameter(name: str, known: Collection[str]) -> Problem:
    """400: a query parameter that this address does not have. Passed over, it would have been answered as if it had
    not been asked: a misspelt day with today."""
    mend = f"Leave it out, or write one of: {', '.join(sorted(known))}."
    return bad_query(name, f"{name} is no parameter of this address", mend=mend)


def repeated_parameter(name: str) -> Problem:
    """400: a query parameter that stands there twice, where one is read. Whichever were taken, the other was asked."""
    return bad_query(name, f"{name} stands in the query more than once", mend="Write it once.")


def unknown_key(kid: str, *, digest: str, length: int) -> Problem:
    """401: nobody registered this key. Names the bytes received, as their sender may have meant others."""
    return _received(_problem("unknown_key", f"no key {kid} is registered"), digest, length)


def key_not_valid(kid: str, reason: str, *, digest: str, length: int) -> Problem:
    """401: the key was revoked, is not valid yet, or belongs to another party than the event's source."""
    return _received(_problem("key_not_valid", f"the key {kid} {reason}"), digest, length)


def bad_signature(fault: SignatureFault | None, *, digest: str, length: int) -> Problem:
    """401: the signature cannot be read or is for elsewhere (`fault`), or is not over these bytes (None)."""
    if fault is not None:
        return _received(_problem("bad_signature", fault.reason, mend=fault.mend), digest, length)
    detail = f"the signature is not over the {length} bytes that arrived (SHA-256 {digest})"
    return _received(_problem("bad_signature", detail), digest, length)


def _received(problem: Problem, digest: str, length: int) -> Problem:
    return msgspec.structs.replace(problem, digest=digest, length=length)


def no_mandate(broken: Sequence[Broken], *, position: int | None = None, line: int | None = None) -> Problem:
    """403: the first broken rule is the one about mandates; `position` of the recorded refusal."""
    return _refused("no_mandate", broken, position, line)


def rule_broken(broken: Sequence[Broken], *, position: int | None = None, line: int | None = None) -> Problem:
    """422: rules in order of precedence, the first on top; `position` of the recorded refusal."""
    return _refused("rule_broken", broken, position, line)


def _refused(slug: str, broken: Sequence[Broken], position: int | None, line: int | None) -> Problem:
    first = broken[0]
    detail = first.text if first.detail is UNSET else first.detail
    return msgspec.structs.replace(
        _problem(slug, detail),
        path=first.path,
        rule=first.rule,
        text=first.text,
        broken=tuple(broken),
        position=UNSET if position is None else position,
        line=UNSET if line is None else line,
    )


def id_reused(
    broken: Sequence[Broken],
    lines: Sequence[KnownLine],
    *,
    refusal: int | None = None,
    line: int | None = None,
) -> Problem:
    """409: ids are recorded with other bytes, at the positions in `lines`; `refusal` is that of this attempt."""
    found = _refused("id_reused", broken, refusal, line)
    if refusal is not None:
        kept = f"{found.detail}; that it was tried is recorded at position {refusal}"
        found = msgspec.structs.replace(found, detail=kept)
    return _with_lines(found, lines)


def partly_recorded(lines: Sequence[KnownLine]) -> Problem:
    """409: some lines are recorded, so nothing of this body was."""
    named = ", ".join(f"line {known.line} at position {known.position}" for known in lines)
    return _with_lines(_problem("partly_recorded", f"recorded already: {named}; nothing was recorded"), lines)


def _with_lines(problem: Problem, lines: Sequence[KnownLine]) -> Problem:
    if not lines:
        return problem
    return msgspec.structs.replace(problem, lines=tuple(lines), position=lines[0].position)


def version_conflict(detail: str) -> Problem:
    """409: `expectedversion` is not the stream's version, or others kept winning the race."""
    return _problem("version_conflict", detail)


def too_large(detail: str = f"the body is larger than {SUBMISSION_BYTES_MAX} bytes") -> Problem:
    """413: more than a submission, or what is derived from it, may hold."""
    return _problem("too_large", detail)


def unsupported_media_type(detail: str) -> Problem:
    """415: another Content-Type, binary-mode CloudEvents (`ce-` headers) or any Content-Encoding."""
    return _problem("unsupported_media_type", detail)


def not_found(detail: str) -> Problem:
    """404: no such entry, stream, submission or page."""
    return _problem("not_found", detail)


def not_recorded(detail: str) -> Problem:
    """404: nothing of this name was recorded up to the position asked about."""
    mend = "Check the name; or ask about all that is recorded, without position and known_at."
    return _problem("not_found", detail, mend=mend)


def not_allowed(detail: str) -> Problem:
    """405: another method than this address knows."""
    return _problem("not_allowed", detail)


def too_many_requests(detail: str, *, retry_after: int = RETRY_AFTER_SECONDS) -> Problem:
    """429: the budget of a party is used up; `retry_after` in seconds also goes into the header."""
    return msgspec.structs.replace(_problem("too_many_requests", detail), retry_after=retry_after)


def internal_error(incident: str) -> Problem:
    """500: our own fault; `incident` is the id under which the log has the trace."""
    return _problem("internal_error", f"an invariant of the service broke; the log has it as {incident}")


def unavailable(detail: str, *, retry_after: int = RETRY_AFTER_SECONDS) -> Problem:
    """503: something behind the service is away, or its queues are full."""
    return msgspec.structs.replace(_problem("unavailable", detail), retry_after=retry_after)


def outdated(detail: str) -> Problem:
    """503: an entry that this needs was recorded by a newer release and is not understood by this one."""
    return msgspec.structs.replace(_problem("outdated", detail), retry_after=OUTDATED_RETRY_AFTER_SECONDS)
