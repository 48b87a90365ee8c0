"""All witnesses of the policy, side by side, each in a task of its own: none waits for another."""

import asyncio

import structlog

from contracts.limits import RECONNECT_WAIT_SECONDS
from contracts.tlog.policy import Policy
from services.ledger.published import Published, SignedCheckpoint
from services.ledger.store import connecting
from services.ledger.store.connecting import Pool
from services.ledger.store.cosignatures import cosigned_sizes
from services.ledger.witnessing.following import WitnessFollower
from services.ledger.witnessing.metrics import WitnessMetrics

_log = structlog.get_logger(__name__)


class Company:
    """The witnesses that the ledger asks. `run` it as a task; witnesses without an address are not asked."""

    def __init__(self, policy: Policy, *, pool: Pool, published: Published, metrics: WitnessMetrics) -> None:
        self._policy = policy
        self._pool = pool
        self._published = published
        self._metrics = metrics
        self._followers: tuple[WitnessFollower, ...] = ()

    async def run(self) -> None:
        """Ask all witnesses for cosignatures until the service ends."""
        sizes = await self._sizes()
        self._followers = tuple(
            WitnessFollower(
                witness.key,
                witness.url,
                cosigned=sizes.get(witness.key.name, 0),
                pool=self._pool,
                published=self._published,
                metrics=self._metrics,
                others=self._others,
            )
            for witness in self._policy.witnesses
            if witness.url
        )
        async with asyncio.TaskGroup() as group:
            for follower in self._followers:
                group.create_task(follower.run())

    def _others(self, asking: WitnessFollower) -> tuple[SignedCheckpoint, ...]:
        """What each of the others has cosigned last, or is being asked about."""
        return tuple(other.at for other in self._followers if other is not asking and other.at is not None)

    async def _sizes(self) -> dict[str, int]:
        while True:
            try:
                return dict(await cosigned_sizes(self._pool))
            except connecting.AWAY as error:
                _log.warning("cosigning_waits", reason=repr(error))
                await asyncio.sleep(RECONNECT_WAIT_SECONDS)
