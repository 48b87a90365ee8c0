"""One way for anything to go wrong: RFC 9457 problem documents, whoever raised it.

The framework's own errors are mapped here one by one: its problem-details plugin would swap title and detail,
and leave what nobody expected as plain text.
"""

import uuid
from typing import Any, cast

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from contracts import problem
from contracts.problem import Problem
from services.serving.answers import AnyRequest, respond_problem

_log = structlog.get_logger(__name__)


class Unanswered(Exception):
    """A read that ends before it begins: what it asks about cannot be understood, or not be had in time."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def _answer_unanswered(_: AnyRequest, error: Unanswered) -> Response[bytes]:
    return respond_problem(error.problem)


def _answer_framework_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What the framework refuses before a handler sees it."""
    return respond_problem(_problem_of(request, error))


def _answer_broken_invariant(request: AnyRequest, error: Exception) -> Response[bytes]:
    """What nobody expected: an incident id for the caller, the whole story in the log."""
    return respond_problem(_broken_invariant(request, error))


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    Unanswered: _answer_unanswered,
    HTTPException: _answer_framework_error,
    Exception: _answer_broken_invariant,
}
"""For an application; a service adds what its own parts raise."""


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
