"""Who may say and hear what on NATS, tried on a real server under the configuration of a deployment."""

import pytest
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

from bloc.commands.nats import setup_streams
from bloc.embedded.nats import NatsServer
from contracts.subjects import (
    COMMITTED,
    DRAFTS,
    FACTS,
    drafts_subject,
    facts_subject,
    receipts_subject,
    submit_subject,
)
from tests.deploy.nats_users import USERS, connected

PATIENCE_SECONDS = 30
SUBMIT = submit_subject("us.customs")
DRAFT = drafts_subject("us.customs")
FACT = facts_subject("us.customs", "bloc.declaration.accepted.v1")
RECEIPTS = receipts_subject("one")

# Subject to those who may publish on it. Everybody else is refused.
PUBLISHERS = {
    SUBMIT: {"partner"},
    DRAFT: {"tariffs"},
    RECEIPTS: {"ledger"},
    COMMITTED: {"ledger"},
    FACT: {"ledger"},
    "_INBOX_partner.x": {"tariffs"},
    "_INBOX_ledger.x": set[str](),
    "_INBOX_tariffs.x": set[str](),
    "bloc.elsewhere": set[str](),
    "$SYS.REQ.SERVER.PING": set[str](),
}
LISTENERS = {
    SUBMIT: {"tariffs"},
    "bloc.submit.>": {"tariffs"},
    "bloc.drafts.>": set[str](),
    RECEIPTS: {"tariffs"},
    COMMITTED: {"tariffs", "partner"},
    "bloc.facts.>": {"partner"},
    "_INBOX_setup.>": {"setup"},
    "_INBOX_ledger.>": {"ledger"},
    "_INBOX_tariffs.>": {"tariffs"},
    "_INBOX_partner.>": {"partner"},
    "_INBOX.>": set[str](),
    ">": set[str](),
    "$JS.EVENT.>": set[str](),
    "$SYS.>": set[str](),
}
# What would change a stream, or hand its contents to somebody else.
STREAM_CHANGES = tuple(
    f"$JS.API.{operation}.{stream}"
    for stream in (DRAFTS, FACTS)
    for operation in (
        "STREAM.UPDATE",
        "STREAM.DELETE",
        "STREAM.PURGE",
        "STREAM.MSG.DELETE",
        "STREAM.SNAPSHOT",
        "STREAM.RESTORE",
        "STREAM.LEADER.STEPDOWN",
        "STREAM.PEER.REMOVE",
    )
)

# What the server offers and none of our programs asks for.
UNUSED = (
    "$JS.API.INFO",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.NAMES",
    *(
        subject.format(stream)
        for stream in (DRAFTS, FACTS)
        for subject in (
            "$JS.API.CONSUMER.LIST.{}",
            "$JS.API.CONSUMER.NAMES.{}",
            "$JS.API.CONSUMER.INFO.{}.cursor",
            "$JS.API.STREAM.MSG.GET.{}",
            "$JS.API.DIRECT.GET.{}.bloc.drafts.us.customs",
            "$JS.FC.{}.x",
        )
    ),
    f"$JS.API.CONSUMER.CREATE.{FACTS}.cursor",
)


@pytest.mark.parametrize(("subject", "publishers"), PUBLISHERS.items())
async def test_only_its_speaker_may_speak(
    deployed_nats: NatsServer, subject: str, publishers: set[str]
) -> None:
    """A partner cannot publish drafts, the ledger cannot post submissions, nobody can answer for another."""
    for name in USERS:
        async with connected(deployed_nats, name) as user:
            assert await user.may_publish(subject) is (name in publishers)


@pytest.mark.parametrize(("subject", "listeners"), LISTENERS.items())
async def test_only_those_concerned_may_listen(
    deployed_nats: NatsServer, subject: str, listeners: set[str]
) -> None:
    """Drafts are heard by nobody but JetStream, and answers by none but those who asked."""
    for name in USERS:
        async with connected(deployed_nats, name) as user:
            assert await user.may_subscribe(subject) is (name in listeners)


@pytest.mark.parametrize("subject", STREAM_CHANGES)
async def test_nobody_may_change_or_remove_a_stream(deployed_nats: NatsServer, subject: str) -> None:
    """Not even `setup`, which made it: what JetStream holds is the ledger's only input."""
    for name in USERS:
        async with connected(deployed_nats, name) as user:
            assert not await user.may_publish(subject)


@pytest.mark.parametrize("subject", UNUSED)
async def test_nobody_may_do_what_no_program_of_ours_does(deployed_nats: NatsServer, subject: str) -> None:
    """Not even reading: what is not needed is not granted, so that a stolen password opens no more than its use."""
    for name in USERS:
        async with connected(deployed_nats, name) as user:
            assert not await user.may_publish(subject)


@pytest.mark.parametrize("name", USERS)
async def test_only_who_follows_or_makes_a_stream_is_told_how_it_stands(
    deployed_nats: NatsServer, name: str
) -> None:
    """The tariffs service publishes drafts and never looks at the stream."""
    async with connected(deployed_nats, name) as user:
        for stream in (DRAFTS, FACTS):
            assert await user.may_publish(f"$JS.API.STREAM.INFO.{stream}") is (name in {"ledger", "setup"})


@pytest.mark.parametrize("name", USERS)
async def test_only_deployment_makes_streams(deployed_nats: NatsServer, name: str) -> None:
    """And it can make those two only."""
    async with connected(deployed_nats, name) as user:
        for stream in (DRAFTS, FACTS):
            assert await user.may_publish(f"$JS.API.STREAM.CREATE.{stream}") is (name == "setup")
        assert not await user.may_publish("$JS.API.STREAM.CREATE.RUMOURS")


@pytest.mark.parametrize("name", USERS)
async def test_only_the_ledger_consumes_drafts(deployed_nats: NatsServer, name: str) -> None:
    """No other user can make a consumer, ask it for messages, read one directly, or acknowledge."""
    async with connected(deployed_nats, name) as user:
        for subject in (
            f"$JS.API.CONSUMER.CREATE.{DRAFTS}.cursor",
            f"$JS.API.CONSUMER.MSG.NEXT.{DRAFTS}.cursor",
            f"$JS.API.CONSUMER.DELETE.{DRAFTS}.cursor",
            f"$JS.API.DIRECT.GET.{DRAFTS}",
            f"$JS.ACK.{DRAFTS}.cursor.1.1.1.1.0",
        ):
            assert await user.may_publish(subject) is (name == "ledger")


async def test_a_submission_goes_all_the_way_and_back(empty_server: NatsServer) -> None:
    """The permissions suffice for the flow: request, draft, pull, receipt, answer."""
    await setup_streams(empty_server.url("setup"))
    async with (
        connected(empty_server, "partner") as partner,
        connected(empty_server, "tariffs") as tariffs,
        connected(empty_server, "ledger") as ledger,
    ):
        await JetStreamContext(ledger.client).add_consumer(  # pyright: ignore[reportUnknownMemberType] # untyped **params
            DRAFTS, ConsumerConfig(name="cursor", ack_policy=AckPolicy.ALL, inactive_threshold=60)
        )
        receipts = await tariffs.listen(RECEIPTS)

        async def decide(message: Msg) -> None:
            published = await JetStreamContext(tariffs.client).publish(DRAFT, message.data)
            puller = await JetStreamContext(ledger.client).pull_subscribe_bind(
                consumer="cursor", stream=DRAFTS
            )
            (draft,) = await puller.fetch(1, timeout=PATIENCE_SECONDS)
            assert (draft.data, draft.metadata.sequence.stream) == (b"a declaration", published.seq)
            await draft.ack_sync()
            await ledger.client.publish(RECEIPTS, b"recorded")
            receipt = await receipts.next_msg(timeout=PATIENCE_SECONDS)
            await message.respond(receipt.data)

        await tariffs.listen("bloc.submit.>", decide)
        # Known to the server before anybody asks: a request that nobody listens to is refused at once.
        await tariffs.was_heard()
        answer = await partner.client.request(SUBMIT, b"a declaration", timeout=PATIENCE_SECONDS)
        assert answer.data == b"recorded"
        assert partner.violations + tariffs.violations + ledger.violations == []
