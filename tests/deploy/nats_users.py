"""The users of deploy/nats/nats.conf at work: connect as one, try something, and hear what the server refused."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from bloc.embedded.nats import NatsServer

USERS = ("setup", "ledger", "tariffs", "partner")


class User:
    """One connected user, and the violations that the server has told it about."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.violations: list[str] = []

    async def may_publish(self, subject: str) -> bool:
        """Whether the server takes a message of this user on a subject."""
        return await self._quiet_after(self.client.publish(subject, b"{}"))

    async def may_subscribe(self, subject: str) -> bool:
        """Whether the server lets this user listen to a subject."""

        async def listen() -> None:
            await self.listen(subject)

        return await self._quiet_after(listen())

    async def listen(
        self, subject: str, hear: Callable[[Msg], Awaitable[None]] | None = None
    ) -> Subscription:
        """Subscribe; messages go to `hear`, or wait for `next_msg`."""
        return await self.client.subscribe(subject, cb=hear)  # pyright: ignore[reportUnknownMemberType] # Future[Unknown]

    async def _quiet_after(self, attempt: Coroutine[object, object, None]) -> bool:
        self.violations.clear()
        await attempt
        await self.was_heard()
        return not self.violations

    async def was_heard(self) -> None:
        """Wait until the server has done all that was sent before, and told of what it refused.

        The answer to a ping comes after that. Twice, because nats-py sends the ping of a flush at once, ahead of what
        still waits in its buffer.
        """
        await self.client.flush()
        await self.client.flush()


@asynccontextmanager
async def connected(server: NatsServer, user: str) -> AsyncGenerator[User]:
    """Connect as one of USERS, with its own inbox prefix."""
    client = Client()
    connected_user = User(client)

    async def remember(error: Exception) -> None:
        connected_user.violations.append(str(error))

    await client.connect(
        server.url(user), inbox_prefix=f"_INBOX_{user}", error_cb=remember, allow_reconnect=False
    )
    try:
        yield connected_user
    finally:
        await client.close()
