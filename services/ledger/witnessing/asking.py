"""One exchange with a witness over HTTP, bounded in time and size whatever the other side does.

A connection is kept for the next checkpoint, as tlog-witness asks for.
"""

import asyncio

import httpx

from contracts.limits import WITNESS_ANSWER_BYTES_MAX, WITNESS_ANSWER_SECONDS_MAX
from services.ledger.witness_http import witness_client
from services.ledger.witnessing.answers import Failure, Response

_HEADERS = {"Content-Type": "text/plain"}


class WitnessAddress:
    """The submission prefix of one witness."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/add-checkpoint"
        self._http = witness_client(url)

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
        async with self._http.stream("POST", self._url, content=body, headers=_HEADERS) as response:
            chunks: list[bytes] = []
            length = 0
            async for chunk in response.aiter_raw():
                length += len(chunk)
                if length > WITNESS_ANSWER_BYTES_MAX:
                    return Failure("garbled", f"its answer has more than {WITNESS_ANSWER_BYTES_MAX} bytes")
                chunks.append(chunk)
            media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Response(response.status_code, media_type, b"".join(chunks))
