"""How the ledger speaks HTTP to a witness, to submit checkpoints as to ask what it has cosigned.

Nothing is followed, unpacked or taken from the environment: a witness is one address of the policy file, and an answer
is a few lines of plain text.
"""

import ssl

import httpx

from contracts.limits import WITNESS_ANSWER_SECONDS_MAX

_KEEP_SECONDS = 4
_HEADERS = {"User-Agent": "bloc-ledger", "Accept-Encoding": "identity"}


def witness_client(url: str) -> httpx.AsyncClient:
    """A client for the one witness at `url`, with one connection that is kept for the next request."""
    # The certificates of this system, and not a list of its own that the client library brings.
    trusted = ssl.create_default_context() if url.startswith("https:") else False
    return httpx.AsyncClient(
        headers=_HEADERS,
        verify=trusted,
        timeout=WITNESS_ANSWER_SECONDS_MAX,
        limits=httpx.Limits(max_connections=1, keepalive_expiry=_KEEP_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )
