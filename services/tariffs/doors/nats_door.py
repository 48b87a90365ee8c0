"""The NATS door of the hallway: a request on `bloc.submit.<party>`, answered like a POST.

The same headers go in (`Bloc-Signature`, `Prefer`) and the same answer comes out, its status in the header
`Bloc-Status`. The server lets each party publish on its own subject only; that the signer is that party is checked
all the same, since an operator may have been generous with permissions.
"""

import asyncio
import uuid

import structlog
from nats.aio.msg import Msg

from contracts import problem
from contracts.subjects import (
    INBOX_PARTNER,
    SIGNATURE_HEADER,
    STATUS_HEADER,
    SUBMIT_SUBJECTS,
    party_of_subject,
)
from services.tariffs.doors.preferences import read_preferences
from services.tariffs.intake.answers import Answer, problem_answer
from services.tariffs.intake.hallway import Hallway
from services.tariffs.outside.nats import NatsPort

log = structlog.get_logger(__name__)

QUEUE_GROUP = "tariffs"
"""Several instances of this service share the requests."""


class NatsDoor:
    """Listens for submissions and answers each in a task of its own, so that they wait for receipts side by side."""

    def __init__(self, hallway: Hallway, nats: NatsPort) -> None:
        self._hallway = hallway
        self._nats = nats
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to listen; the subscription survives reconnects."""
        await self._nats.listen(SUBMIT_SUBJECTS, self._receive, queue=QUEUE_GROUP)

    async def close(self, seconds_max: float) -> None:
        """Send the answers that are due. What comes now is told that the service stops, as long as anybody listens."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds_max)

    async def _receive(self, request: Msg) -> None:
        task = asyncio.create_task(self._serve(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, request: Msg) -> None:
        given = await self._answer(request)
        # A partner chooses where the answer goes, and we may publish where he may not: on drafts, for one. So the
        # answer goes to an inbox or nowhere.
        if not request.reply.startswith(f"{INBOX_PARTNER}."):
            log.warning("reply_refused", subject=request.subject, reply=request.reply)
            return
        headers = {STATUS_HEADER: str(given.status), "Content-Type": given.media_type}
        await self._nats.reply(request, given.body, headers | dict(given.headers))

    async def _answer(self, request: Msg) -> Answer:
        party = party_of_subject(request.subject)
        if party is None:
            return problem_answer(problem.not_found(f"{request.subject} is not bloc.submit.<party>"))
        headers = request.headers or {}
        preferences = read_preferences(headers.get("Prefer", ""))
        try:
            return await self._hallway.submit(
                request.data,
                headers.get(SIGNATURE_HEADER),
                wait_s=preferences.wait_s,
                dry_run=False,
                proof=preferences.proof,
                party=party,
            )
        except Exception:
            incident = uuid.uuid4().hex
            log.exception("request_failed", incident=incident, subject=request.subject)
            return problem_answer(problem.internal_error(incident))
