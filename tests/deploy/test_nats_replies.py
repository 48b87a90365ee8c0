"""An answer over NATS is published by tariffs, to where its asker says: which must not lend him tariffs' rights."""

from nats.aio.client import Client
from nats.js import JetStreamContext

from bloc.stack import Stack
from contracts.subjects import (
    DRAFTS,
    INBOX_LEDGER,
    INBOX_PARTNER,
    STATUS_HEADER,
    drafts_subject,
    submit_subject,
)


async def last_draft(stack: Stack) -> int:
    """The sequence of the newest message in the draft stream, whatever the ledger has made of it."""
    client = Client()
    await client.connect(stack.nats_url("ledger"), inbox_prefix=INBOX_LEDGER)
    try:
        return (await JetStreamContext(client).stream_info(DRAFTS)).state.last_seq
    finally:
        await client.close()


async def test_an_answer_goes_to_an_inbox_or_nowhere(stack: Stack) -> None:
    """Asked to answer on the drafts' subject, tariffs says nothing: no draft appears that nobody decided."""
    subject = submit_subject("us.customs")
    before = await last_draft(stack)
    client = Client()
    await client.connect(stack.nats_url("partner"), inbox_prefix=INBOX_PARTNER)
    try:
        await client.publish(subject, b"{}", reply=drafts_subject("us.customs"))
        # The next request is served after it, and its answer shows that the door is open.
        answer = await client.request(subject, b"{}", timeout=10)
    finally:
        await client.close()
    assert (answer.headers or {})[STATUS_HEADER] == "401"
    assert await last_draft(stack) == before
