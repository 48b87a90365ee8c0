"""One hallway behind both doors: bytes and a signature come in, one answer goes out.

Verify before decoding, decode before deciding, decide before anything leaves the house; whatever is wrong is
said once, in the words of `answers.py`. The task that decides and records belongs to the hallway, not to the
asker: the same bytes posted twice at once are one task, and an asker who leaves is free to come back.
"""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from contracts.body import Body, split_body
from contracts.identity.jws import Detached
from contracts.limits import (
    HEAD_WAIT_SECONDS_MAX,
    OUTCOMES_CACHED_MAX,
    STOP_LOOK_MILLISECONDS,
    SUBMISSION_BYTES_QUEUED_MAX,
    SUBMISSIONS_QUEUED_MAX,
)
from contracts.malformed import Malformed
from contracts.receipt import Receipt, ReceiptProof
from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.domain.world import Submission
from services.tariffs.following.follower import Follower
from services.tariffs.intake import outcomes
from services.tariffs.intake.answers import Answer, answer
from services.tariffs.intake.authentic import NotAuthentic, founder_of, read_signature, signer_of
from services.tariffs.intake.budgets import Budget
from services.tariffs.intake.courses import Course
from services.tariffs.intake.drafting import Signed
from services.tariffs.intake.outcomes import Outcome
from services.tariffs.intake.proceedings import Proceedings, Progress
from services.tariffs.intake.reading import read_submission
from services.tariffs.intake.standing import Standing
from services.tariffs.metrics import Metrics
from services.tariffs.outside.ledger import LedgerAway

log = structlog.get_logger(__name__)


_STOPPING = outcomes.Unavailable("the service is stopping")


class Hallway:
    """Takes submissions from the doors. `clock` gives aware UTC times."""

    def __init__(
        self,
        *,
        origin: str,
        trust_anchor: str,
        standing: Standing,
        follower: Follower,
        proceedings: Proceedings,
        publisher_full: Callable[[], bool],
        budget: Budget,
        metrics: Metrics,
        clock: Callable[[], datetime],
        proofs: Callable[[Receipt, float], Awaitable[ReceiptProof | None]],
    ) -> None:
        self._origin = origin
        self._trust_anchor = trust_anchor
        self._standing = standing
        self._follower = follower
        self._proceedings = proceedings
        self._publisher_full = publisher_full
        self._budget = budget
        self._metrics = metrics
        self._clock = clock
        self._proofs = proofs
        self._courses: dict[str, Course] = {}
        self._bytes_held = 0
        self._recent: OrderedDict[str, Receipt] = OrderedDict()
        self._proving: set[asyncio.Future[ReceiptProof | None]] = set()
        self._stopping = False

    async def submit(
        self,
        raw: bytes,
        signature: str | None,
        *,
        wait_s: float,
        dry_run: bool,
        proof: bool = False,
        party: str | None = None,
    ) -> Answer:
        """Take one submission to its answer.

        `raw` is the exact body, `signature` the header `Bloc-Signature`; `wait_s` bounds the wait for the receipt
        once the draft is published, and with `proof` for its cosigned proofs, which are left out when they do not
        come. `party`: who alone may use this door (NATS), None for anybody.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        outcome = await self._outcome(raw, signature, wait_s=wait_s, dry_run=dry_run, party=party)
        found: ReceiptProof | None = None
        if proof and isinstance(outcome, outcomes.Recorded):
            found = await self._proof(outcome.receipt, max(0.0, started + wait_s - loop.time()))
        given = answer(outcome, found)
        self._metrics.answered(given.status, loop.time() - started)
        return given

    def under_way(self, digest: str) -> bool:
        """Whether a submission with this digest is being decided or recorded right now."""
        return digest in self._courses

    @property
    def courses(self) -> int:
        """Submissions being decided or recorded."""
        return len(self._courses)

    async def stop(self, seconds_max: float) -> None:
        """Take nothing more in, and let what is under way come to its end, for a while; then everybody is answered.

        What is published and waits for a ledger that is away is left: it is safe in JetStream.
        """
        self._stopping = True
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds_max
        while (left := end - loop.time()) > 0:
            tasks = [course.task for course in self._courses.values() if self._needs_us(course)]
            if not tasks:
                break
            await asyncio.wait(tasks, timeout=min(left, STOP_LOOK_MILLISECONDS / 1000))
        for course in self._courses.values():
            course.leave()
        for proving in self._proving:
            proving.cancel()

    def _needs_us(self, course: Course) -> bool:
        return not (course.progress.published.is_set() and self._follower.away is not None)

    async def _outcome(
        self, raw: bytes, signature: str | None, *, wait_s: float, dry_run: bool, party: str | None
    ) -> Outcome:
        if self._follower.outdated is not None:
            return outcomes.Outdated(self._follower.outdated)
        if reason := self._closed():
            return outcomes.Unavailable(reason)
        body = split_body(raw)
        if isinstance(body, Malformed):
            return body
        now = self._clock()
        detached = read_signature(signature, raw, body, origin=self._origin, now=now)
        if not isinstance(detached, Detached):
            return detached
        signer = await self._signer(detached, raw, body, now)
        if not isinstance(signer, str):
            return signer
        if party is not None and party != signer:
            return outcomes.KeyNotValid(
                detached.kid, f"belongs to {signer}, this subject to {party}", body.digest, len(raw)
            )
        if retry_after := self._budget.take(signer, asyncio.get_running_loop().time()):
            return outcomes.OverBudget("submissions", retry_after)
        submission = read_submission(body, party=signer, kid=detached.kid, length=len(raw))
        if not isinstance(submission, Submission):
            return submission
        signed = Signed(submission, raw, signature or "")
        if dry_run:
            return await self._proceedings.settle(signed, Progress(), dry_run=True)
        return await self._record(signed, wait_s)

    def not_ready(self) -> str | None:
        """Why this instance cannot decide at all; None when it can."""
        if self._stopping:
            return _STOPPING.reason
        if self._follower.outdated is not None:
            return self._follower.outdated
        if not self._follower.caught_up:
            return "the service is still reading the ledger"
        return self._standing.fault(self._follower.rules)

    def _closed(self) -> str | None:
        """Why nothing can be taken in at the moment."""
        if reason := self.not_ready():
            return reason
        if len(self._courses) >= SUBMISSIONS_QUEUED_MAX or self._bytes_held >= SUBMISSION_BYTES_QUEUED_MAX:
            return "too many submissions are waiting to be recorded"
        if self._publisher_full():
            return "too many drafts are waiting to be published"
        return None

    async def _signer(
        self, detached: Detached, raw: bytes, body: Body, now: datetime
    ) -> str | NotAuthentic | outcomes.Outdated:
        """The party that signed. A key that is not known may be so by newer entries; one that was revoked by newer
        entries is the ledger's to find."""
        found = signer_of(detached, raw, body, self._follower.rules.ring, now=now)
        if not isinstance(found, outcomes.UnknownKey):
            return found
        try:
            async with asyncio.timeout(HEAD_WAIT_SECONDS_MAX):
                await self._follower.reach_head()
        except (LedgerAway, TimeoutError):
            return found
        except NewerReleaseNeeded as newer:
            return outcomes.Outdated(str(newer))
        if self._follower.position < 0:
            return founder_of(detached, raw, body, trust_anchor=self._trust_anchor)
        return signer_of(detached, raw, body, self._follower.rules.ring, now=now)

    async def _record(self, signed: Signed, wait_s: float) -> Outcome:
        """Bring a submission into the ledger, or join the task that is doing so already."""
        digest = signed.submission.digest
        if (receipt := self._recent.get(digest)) is not None:
            return outcomes.Recorded(receipt, before=True)
        course = self._courses.get(digest)
        joined = course is not None
        if course is None:
            if self._stopping:
                return _STOPPING
            course = self._begin(signed)
        await course.wait(wait_s)
        if not course.task.done():
            await course.wait_for_publication()
        if not course.task.done():
            return outcomes.Waiting(digest) if course.progress.published.is_set() else _STOPPING
        outcome = course.task.result()
        if joined and isinstance(outcome, outcomes.Recorded):
            return outcomes.Recorded(outcome.receipt, before=True)
        return outcome

    async def _proof(self, receipt: Receipt, wait_s: float) -> ReceiptProof | None:
        """The proofs of a receipt, which goes out without them when the service stops."""
        if self._stopping:
            return None
        asked = asyncio.ensure_future(self._proofs(receipt, wait_s))
        self._proving.add(asked)
        try:
            await asyncio.wait((asked,))
            return None if asked.cancelled() else asked.result()
        finally:
            asked.cancel()
            self._proving.discard(asked)

    def _begin(self, signed: Signed) -> Course:
        progress = Progress()
        task = asyncio.create_task(self._settle(signed, progress))
        digest = signed.submission.digest
        course = Course(task, progress, len(signed.body))
        self._courses[digest] = course
        self._bytes_held += course.length
        task.add_done_callback(lambda done: self._ended(digest, course, done))
        return course

    async def _settle(self, signed: Signed, progress: Progress) -> Outcome:
        try:
            return await self._proceedings.settle(signed, progress, dry_run=False)
        except Exception:
            # Nobody may be waiting for this task any more, so the fault is logged where it happens.
            incident = uuid.uuid4().hex
            log.exception("submission_failed", incident=incident, submission=signed.submission.digest)
            return outcomes.BrokenInvariant(incident)

    def _ended(self, digest: str, course: Course, task: asyncio.Task[Outcome]) -> None:
        del self._courses[digest]
        self._bytes_held -= course.length
        if task.cancelled():
            return
        outcome = task.result()
        if isinstance(outcome, outcomes.Recorded):
            self._recent[digest] = outcome.receipt
            if len(self._recent) > OUTCOMES_CACHED_MAX:
                self._recent.popitem(last=False)
