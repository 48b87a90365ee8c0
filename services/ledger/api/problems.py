"""One way for anything to go wrong: RFC 9457 problem documents, whoever raised it.

The framework's own errors are mapped here one by one: its problem-details plugin would swap title and detail,
and leave what nobody expected as plain text. A Postgres that is away is 503 and never 500.
"""

import uuid
from typing import Any, cast

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from contracts import problem
from contracts.problem import Problem
from services.ledger.api.wiring import AnyRequest, respond_problem
from services.ledger.store.connecting import AWAY

_log = structlog.get_logger(__name__)


def answer_framework_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What the framework refuses before a handler sees it."""
    return respond_problem(_problem_of(request, error))


def answer_error(request: AnyRequest, error: Exception) -> Response[bytes]:
    """What a handler could not answer: the database is away, or something that nobody expected."""
    if isinstance(error, AWAY):
        _log.warning("request_unanswered", path=request.url.path, reason=repr(error))
        return respond_problem(problem.unavailable("the ledger's database cannot be reached"))
    return respond_problem(_broken_invariant(request, error))


def _problem_of(request: AnyRequest, error: HTTPException) -> Problem:
    path = request.url.path
    match error.status_code:
        case 404:
            return problem.not_found(f"there is nothing at {path}")
        case 405:
            return problem.not_allowed(f"{request.method} is not known at {path}")
        case 413:
            return problem.too_large("the request is larger than any that this service takes")
        case 400 if isinstance(error, ValidationException):
            return _bad_query(error)
        case 400:
            return problem.bad_query("", error.detail)
        case _:
            return _broken_invariant(request, error)


def _bad_query(error: ValidationException) -> Problem:
    """The framework lists what did not fit; the first one is enough to mend a query."""
    extra = cast("list[dict[str, Any]]", error.extra or [{}])
    name = str(extra[0].get("key", ""))
    reason = str(extra[0].get("message", error.detail))
    return problem.bad_query(name, f"{name}: {reason}" if name else reason)


def _broken_invariant(request: AnyRequest, error: Exception) -> Problem:
    incident = uuid.uuid4().hex
    _log.error("request_failed", incident=incident, path=request.url.path, exc_info=error)
    return problem.internal_error(incident)
