"""`bloc nats setup`: makes the streams once, gives each making an id, and never touches one that is there."""

import asyncio

import pytest
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from bloc.commands.nats import setup_streams
from bloc.embedded.nats import NatsServer
from bloc.trouble import Trouble
from contracts.subjects import DRAFTS, FACTS, INCARNATION_METADATA
from tests.deploy.nats_users import connected


async def test_streams_are_made_once(empty_server: NatsServer) -> None:
    """The second call finds them and reports the same incarnation."""
    first = await setup_streams(empty_server.url("setup"))
    second = await setup_streams(empty_server.url("setup"))
    assert [stream.made for stream in (*first, *second)] == [True, True, False, False]
    assert [stream.incarnation for stream in first] == [stream.incarnation for stream in second]
    assert [stream.name for stream in first] == [DRAFTS, FACTS]


async def test_several_who_set_up_at_once_agree(empty_server: NatsServer) -> None:
    """Whoever is quicker decides the incarnation; the others take it over."""
    url = empty_server.url("setup")
    results = await asyncio.gather(*(setup_streams(url) for _ in range(4)))
    assert len({streams[0].incarnation for streams in results}) == 1
    assert sum(streams[0].made for streams in results) == 1


async def test_streams_outlive_the_server(empty_server: NatsServer) -> None:
    """Killed and started again, it has the same streams with the same messages."""
    before = await setup_streams(empty_server.url("setup"))
    async with connected(empty_server, "tariffs") as tariffs:
        await JetStreamContext(tariffs.client).publish("bloc.drafts.us.customs", b"a draft")
    await empty_server.kill()
    await empty_server.start()
    after = await setup_streams(empty_server.url("setup"))
    assert [stream.incarnation for stream in after] == [stream.incarnation for stream in before]
    async with connected(empty_server, "ledger") as ledger:
        assert (await JetStreamContext(ledger.client).stream_info(DRAFTS)).state.messages == 1


async def test_a_lost_stream_is_made_again_from_the_cursor(empty_server: NatsServer) -> None:
    """With --first-sequence the first draft gets the sequence that the ledger expects next."""
    (drafts, facts) = await setup_streams(empty_server.url("setup"), first_sequence=4711)
    assert (drafts.first_sequence, facts.first_sequence) == (4711, 1)
    async with connected(empty_server, "tariffs") as tariffs:
        published = await JetStreamContext(tariffs.client).publish("bloc.drafts.us.customs", b"a draft")
    assert published.seq == 4711


async def test_streams_keep_everything_and_refuse_when_full(deployed_nats: NatsServer) -> None:
    """Limits retention without a limit, on files, new messages refused before old ones are dropped."""
    async with connected(deployed_nats, "setup") as setup:
        for name in (DRAFTS, FACTS):
            config = (await JetStreamContext(setup.client).stream_info(name)).config
            assert config.retention == RetentionPolicy.LIMITS
            assert config.storage == StorageType.FILE
            assert config.discard == DiscardPolicy.NEW
            assert (config.max_age, config.max_msgs, config.max_bytes) == (0, -1, -1)
            assert (config.allow_atomic, config.allow_direct, config.deny_delete) == (True, True, True)
            assert config.deny_purge is False  # DRAFTS is trimmed below a verified backup
            assert INCARNATION_METADATA in (config.metadata or {})


async def test_a_foreign_stream_is_not_taken_for_ours(empty_server: NatsServer) -> None:
    """A stream of that name which forgets after an hour is refused with the reasons."""
    async with connected(empty_server, "setup") as setup:
        await JetStreamContext(setup.client).add_stream(  # pyright: ignore[reportUnknownMemberType] # untyped **params
            StreamConfig(name=DRAFTS, subjects=["bloc.drafts.>"], max_age=3600)
        )
    with pytest.raises(Trouble) as refusal:
        await setup_streams(empty_server.url("setup"))
    assert "allow_direct is False, not True" in refusal.value.what
    assert "max_age is limited" in refusal.value.what
    assert INCARNATION_METADATA in refusal.value.what


async def test_another_user_is_told_what_is_missing(deployed_nats: NatsServer) -> None:
    """The trouble names the permission that the server refused, not a timeout."""
    with pytest.raises(Trouble, match=r"permissions violation .* must carry the user `setup`"):
        await setup_streams(deployed_nats.url("partner"))


async def test_a_wrong_password_is_told_as_such(deployed_nats: NatsServer) -> None:
    """No retrying for a minute: it will not get better."""
    address = deployed_nats.url("setup").rpartition("@")[2]
    with pytest.raises(Trouble, match="does not let us in"):
        await setup_streams(f"nats://setup:guessed@{address}")


async def test_there_is_no_sequence_zero(deployed_nats: NatsServer) -> None:
    """JetStream would take 0 for 1 without a word."""
    with pytest.raises(Trouble, match="The first is 1"):
        await setup_streams(deployed_nats.url("setup"), first_sequence=0)
