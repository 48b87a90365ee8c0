"""Another process of a service beside the stack's own, on the same database, streams and keys."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bloc.embedded.ports import LOOPBACK, chosen_port
from bloc.embedded.services import Service
from bloc.stack import Stack


@asynccontextmanager
async def another_tariffs(stack: Stack, logs: Path) -> AsyncGenerator[Service]:
    """A second tariffs service, ready to decide."""
    port = chosen_port(0, "--port")
    service = Service("tariffs-2", "services.tariffs", f"http://{LOOPBACK}:{port}", logs)
    service.settings = {
        "BLOC_ORIGIN": stack.origin,
        "BLOC_TRUST_ANCHOR": stack.trust_anchor,
        "BLOC_LEDGER_URL": stack.ledger_url,
        "BLOC_NATS_URL": stack.nats_url("tariffs"),
        "BLOC_TARIFFS_PORT": str(port),
        "BLOC_TARIFFS_KEY_FILE": str(stack.keys_folder / "bloc.tariffs.pem"),
    }
    await service.start()
    yield service
    await service.stop()


@asynccontextmanager
async def another_ledger(stack: Stack, logs: Path) -> AsyncGenerator[Service]:
    """A second ledger service: somebody forgot that one is running."""
    port = chosen_port(0, "--port")
    service = Service("ledger-2", "services.ledger", f"http://{LOOPBACK}:{port}", logs)
    service.settings = {
        "BLOC_ORIGIN": stack.origin,
        "BLOC_TRUST_ANCHOR": stack.trust_anchor,
        "BLOC_DATABASE_URL": stack.database_url("ledger_app"),
        "BLOC_NATS_URL": stack.nats_url("ledger"),
        "BLOC_LEDGER_PORT": str(port),
        "BLOC_CHECKPOINT_KEY_FILE": str(stack.keys_folder / "bloc.ledger.pem"),
        "BLOC_CHECKPOINT_STORE": str(stack.checkpoints_folder),
    }
    await service.start()
    yield service
    await service.stop()
