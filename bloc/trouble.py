"""What the command line says when something is wrong: one plain sentence, and the next step.

Commands raise `Trouble` for anything a person can mend; `bloc/__main__.py` prints it and exits with 1. Everything
else is a defect of ours and keeps its traceback.
"""

from collections.abc import Generator
from contextlib import contextmanager

import httpx

QUOTED_CHARACTERS_MAX = 300
"""Of an answer that is no problem document."""

_ELSEWHERE = {
    "tariffs": "say where it is: BLOC_TARIFFS_URL=http://…",
    "ledger": "say where it is: BLOC_LEDGER_URL=http://…",
}


class Trouble(Exception):
    """`what` is wrong, and what to do `next`."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step


@contextmanager
def reaching(service: str, url: str) -> Generator[None]:
    """Turn a refused or broken connection to `service` into plain words."""
    try:
        yield
    except httpx.TransportError as error:
        raise Trouble(
            f"The {service} service at {url} does not answer ({error or type(error).__name__}).",
            f"Start it with `bloc up`, or {_elsewhere(service)}.",
        ) from error
    except httpx.HTTPStatusError as error:
        raise refusal_of(service, error.response) from error


def _elsewhere(service: str) -> str:
    return _ELSEWHERE.get(service, "name another address")


def refusal_of(service: str, response: httpx.Response) -> Trouble:
    """What a service said instead of an answer: in its own words where it sent a problem document (RFC 9457)."""
    try:
        problem: object = response.json()
    except ValueError:
        problem = None
    detail = response.text[:QUOTED_CHARACTERS_MAX]
    mend = f"If that is not the {service} service, {_elsewhere(service)}."
    if isinstance(problem, dict):
        mend = "Mend what it names and ask again."
        detail, mend = str(problem.get("detail", detail)), str(problem.get("mend", mend))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return Trouble(f"The {service} service answered {response.status_code}: {detail}.", mend)
