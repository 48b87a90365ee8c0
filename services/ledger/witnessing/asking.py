"""One exchange with a witness over HTTP, bounded in time and size whatever the other side does.

A connection is kept for the next checkpoint, as tlog-witness asks for. Nothing is followed, unpacked or taken from
the environment: a witness is one address of the policy file, and an answer is a few lines of plain text.
"""

import asyncio
import ssl

import httpx

from contracts.limits import WITNESS_ANSWER_BYTES_MAX, WITNESS_ANSWER_SECONDS_MAX
from services.ledger.witnessing.answers import Failure, Response

_KEEP_SECONDS = 4
_HEADERS = {"User-Agent": "bloc-ledger", "Accept-Encoding": "identity", "Content-Type": "text/plain"}


class WitnessAddress:
    """The submission prefix of one witness."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/add-checkpoint"
        # The certificates of this system, and not a list of its own that the client library brings.
        trusted = ssl.create_default_context() if url.startswith("https:") else False
        self._http = httpx.AsyncClient(
            headers=_HEADERS,
            verify=trusted,
            timeout=WITNESS_ANSWER_SECONDS_MAX,
            limits=httpx.Limits(max_connections=1, keepalive_expiry=_KEEP_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )

    async def add_checkpoint(self, body: bytes) -> Response | Failure:
        """POST a request body of tlog-witness; whatever goes wrong is a value. Takes at most
        WITNESS_ANSWER_SECONDS_MAX."""
        try:
            async with asyncio.timeout(WITNESS_ANSWER_SECONDS_MAX):
                return await self._post(body)
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
            return Failure("slow", f"no whole answer within {WITNESS_ANSWER_SECONDS_MAX} seconds")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Failure("away", f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        await self._http.aclose()

    async def _post(self, body: bytes) -> Response | Failure:
        async with self._http.stream("POST", self._url, content=body) as response:
            chunks: list[bytes] = []
            length = 0
            async for chunk in response.aiter_raw():
                length += len(chunk)
                if length > WITNESS_ANSWER_BYTES_MAX:
                    return Failure("garbled", f"its answer has more than {WITNESS_ANSWER_BYTES_MAX} bytes")
                chunks.append(chunk)
            media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Response(response.status_code, media_type, b"".join(chunks))
