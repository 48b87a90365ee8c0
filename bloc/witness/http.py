"""The addresses of a witness: C2SP tlog-witness, the accusations, health and numbers. A plain ASGI application.

No web framework: there are six addresses, three witnesses start in every demo, and what matters here (a body that is
bounded in bytes and in time, no more requests at a time than there is memory for) is ours to do anyway. The store is
used on one thread of its own, so that slow clients and the disk never wait for each other.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from bloc.witness.domain.judging import CONFLICT, UNAVAILABLE, Cosigned, Refusal
from bloc.witness.logs import Log
from bloc.witness.metrics import CONTENT_TYPE as METRICS_TYPE
from bloc.witness.metrics import Metrics
from bloc.witness.witnessing import Witness
from contracts.limits import (
    ADD_CHECKPOINT_BYTES_MAX,
    RETRY_AFTER_SECONDS,
    WITNESS_BODY_SECONDS_MAX,
    WITNESS_REQUESTS_MAX,
)
from contracts.tlog.encoding import base64

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
SIZE = "text/x.tlog.size"
FRESH_SECONDS = 1
"""How long a cache may keep what was read: a log signs once a second."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")
_Result = TypeVar("_Result")


class Answer(Struct, frozen=True):
    """One HTTP answer."""

    status: int
    body: bytes
    content_type: str = TEXT
    headers: tuple[tuple[str, str], ...] = ()


class WitnessApp:
    """The ASGI application of one witness."""

    def __init__(self, witness: Witness, log: Log) -> None:
        self._witness = witness
        self._log = log
        self._metrics = Metrics()
        self._thread = ThreadPoolExecutor(1, "store")
        self._busy = 0
        self._pages: dict[str, Callable[[], Awaitable[Answer]]] = {
            "/accusations": self._accusations,
            "/health/live": self._live,
            "/health/ready": self._ready,
            "/metrics": self._numbers,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(scope, receive)
        except _HungUp:
            return
        except Exception as error:  # noqa: BLE001 # the last place: the asker learns nothing, the log all
            self._log.error("broken", reason=repr(error), path=scope["path"])
            answer = _refused(500, "this witness made an error; its log says which")
        headers = [("content-type", answer.content_type), ("content-length", str(len(answer.body)))]
        shown = [(name.encode(), value.encode()) for name, value in (*headers, *answer.headers)]
        await send({"type": "http.response.start", "status": answer.status, "headers": shown})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    def close(self) -> None:
        """Let the request that is being judged come to its end; those behind it were promised nothing."""
        self._thread.shutdown(cancel_futures=True)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        method, path = scope["method"], scope["path"]
        if path == "/add-checkpoint":
            if method != "POST":
                return _not_allowed("POST")
            answer = await self._add_checkpoint(scope, receive)
            self._metrics.add_checkpoints[answer.status] += 1
            return answer
        page = self._pages.get(path)
        asked = _CHECKPOINT.fullmatch(path)
        if page is None and asked is None:
            return _refused(404, "a witness has no such address; see docs/witness.md")
        if method not in ("GET", "HEAD"):
            return _not_allowed("GET, HEAD")
        return await (page() if page is not None else self._checkpoint(asked[1] if asked else ""))

    async def _add_checkpoint(self, scope: Scope, receive: Receive) -> Answer:
        if self._busy >= WITNESS_REQUESTS_MAX:
            return _later("this witness has too many requests at a time")
        self._busy += 1
        try:
            async with asyncio.timeout(WITNESS_BODY_SECONDS_MAX):
                raw = await _read_body(scope, receive)
        except TimeoutError:
            return _refused(
                408, f"the body did not come within {WITNESS_BODY_SECONDS_MAX} s", ("connection", "close")
            )
        else:
            if raw is None:
                return _refused(
                    413, f"the body is larger than {ADD_CHECKPOINT_BYTES_MAX} bytes", ("connection", "close")
                )
            return _answer_of(await self._on_thread(lambda: self._witness.add_checkpoint(raw)))
        finally:
            self._busy -= 1

    async def _checkpoint(self, origin_hash: str) -> Answer:
        note = await self._on_thread(lambda: self._witness.note_of(origin_hash))
        if note is None:
            return _refused(404, "this witness never cosigned a checkpoint of such a log")
        return Answer(200, note, TEXT, (("cache-control", f"max-age={FRESH_SECONDS}"),))

    async def _accusations(self) -> Answer:
        kept = await self._on_thread(self._witness.accusations)
        shown = {"witness": self._witness.key.vkey, "accusations": kept}
        return Answer(200, msgspec.json.encode(shown) + b"\n", JSON)

    async def _live(self) -> Answer:
        return Answer(200, b'{"status":"live"}\n', JSON)

    async def _ready(self) -> Answer:
        """200 while it would cosign, with what it holds; else 503 with the reason."""
        state = await self._on_thread(self._witness.state)
        shown = {
            "status": "ready" if state.trouble is None else state.trouble,
            "witness": self._witness.key.vkey,
            "logs": [
                {
                    "origin": one.checkpoint.origin,
                    "size": one.checkpoint.size,
                    "root": base64(one.checkpoint.root),
                    "time": one.time,
                }
                for one in state.held
            ],
        }
        return Answer(200 if state.trouble is None else 503, msgspec.json.encode(shown) + b"\n", JSON)

    async def _numbers(self) -> Answer:
        state = await self._on_thread(self._witness.state)
        kept = await self._on_thread(self._witness.accusations)
        return Answer(200, self._metrics.text(state, kept), METRICS_TYPE)

    async def _on_thread(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class _HungUp(Exception):
    """The client went away before it had said everything."""


async def _read_body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than a request can be, as far as it was read."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not declared.isdigit() or int(declared) > ADD_CHECKPOINT_BYTES_MAX:
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _HungUp
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > ADD_CHECKPOINT_BYTES_MAX:
            return None
    return bytes(body)


def _answer_of(decision: Cosigned | Refusal) -> Answer:
    """The one switch from a decision to HTTP."""
    if isinstance(decision, Cosigned):
        return Answer(200, f"{decision.line}\n".encode())
    if decision.status == CONFLICT:
        return Answer(CONFLICT, f"{decision.held_size}\n".encode(), SIZE)
    if decision.status == UNAVAILABLE:
        return _later(decision.reason)
    return _refused(decision.status, decision.reason)


def _refused(status: int, reason: str, *headers: tuple[str, str]) -> Answer:
    return Answer(status, f"{reason}\n".encode(), TEXT, headers)


def _later(reason: str) -> Answer:
    return _refused(UNAVAILABLE, reason, ("retry-after", str(RETRY_AFTER_SECONDS)))


def _not_allowed(methods: str) -> Answer:
    return _refused(405, f"this address knows {methods} only", ("allow", methods))
