"""Further instances of the service, as processes of their own beside the one of the stack."""

import asyncio
import os
import sys
from pathlib import Path

import httpx

from bloc.stack import Stack
from tests.tariffs.partners import until

ROOT = Path(__file__).parents[2]


async def started(
    settings: dict[str, str], module: str = "services.tariffs", *arguments: str
) -> asyncio.subprocess.Process:
    """The service with these BLOC_ variables and no others; or another module that runs it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        env=own | settings,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Wait for its end: exit status, and what it said."""
    async with asyncio.timeout(30):
        _, said = await process.communicate()
    return process.returncode or 0, said.decode()


def settings_on(stack: Stack, key: Path, port: int, **others: str) -> dict[str, str]:
    """The settings of the stack's own instance, with another key file and port."""
    return {
        "BLOC_ORIGIN": stack.origin,
        "BLOC_TRUST_ANCHOR": stack.trust_anchor,
        "BLOC_LEDGER_URL": stack.ledger_url,
        "BLOC_NATS_URL": stack.nats_url("tariffs"),
        "BLOC_TARIFFS_PORT": str(port),
        "BLOC_TARIFFS_KEY_FILE": str(key),
        "BLOC_PARENT_PID": str(os.getpid()),
        **others,
    }


async def readiness(port: int, status: int, says: str = "") -> str:
    """What /health/ready says once it answers with this status and these words."""
    heard = ""

    async def says_so() -> bool:
        nonlocal heard
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            try:
                answer = await client.get("/health/ready")
            except httpx.TransportError:
                return False
        document = answer.json()
        heard = str(document.get("detail", document["status"]))
        return answer.status_code == status and says in heard

    await until(says_so)
    return heard
