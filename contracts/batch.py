"""The headers of a JetStream atomic batch (ADR-50): many messages stored together or not at all.

Pure: which headers each message carries, and how the server's one answer is read. The messages go out in
order on one connection, and the last one asks for the commit; the server judges the whole batch then, so one
wait is enough for hundreds of drafts.
"""

import msgspec

from contracts.limits import ATOMIC_BATCH_ID_CHARACTERS_MAX, ATOMIC_BATCH_MESSAGES_MAX
from contracts.subjects import BATCH_COMMIT_HEADER, BATCH_ID_HEADER, BATCH_SEQUENCE_HEADER


def batch_headers(count: int, batch_id: str) -> list[dict[str, str]]:
    """Headers for `count` messages in order, each a dict of its own (nats-py writes into what it is given).

    `batch_id` must be new for each batch: the server would join two of one id. Raises ValueError for a batch
    that the server could never take.
    """
    if (
        not 1 <= count <= ATOMIC_BATCH_MESSAGES_MAX
        or not 1 <= len(batch_id) <= ATOMIC_BATCH_ID_CHARACTERS_MAX
    ):
        raise ValueError(
            f"an atomic batch has 1 to {ATOMIC_BATCH_MESSAGES_MAX} messages and a short id, not {count}"
        )
    headers = [
        {BATCH_ID_HEADER: batch_id, BATCH_SEQUENCE_HEADER: str(number)} for number in range(1, count + 1)
    ]
    headers[-1][BATCH_COMMIT_HEADER] = "1"
    return headers


class PublishRefused(msgspec.Struct, frozen=True):
    """The server's refusal: nothing of the batch was stored. `code` is JetStream's `err_code`."""

    code: int
    description: str


class Published(msgspec.Struct, frozen=True):
    """Stored: the sequences of the messages, in the order in which they were sent."""

    stream: str
    sequences: range


class _ApiError(msgspec.Struct, frozen=True):
    err_code: int = 0
    description: str = ""


class _Ack(msgspec.Struct, frozen=True):
    stream: str = ""
    seq: int = 0
    count: int = 1
    error: _ApiError | None = None


_DECODE_ACK = msgspec.json.Decoder(_Ack)


def read_publish_ack(payload: bytes) -> Published | PublishRefused:
    """Read the answer to the last message of a batch, or to a single publish.

    `seq` is the sequence of the last message; a batch is stored without a gap.
    """
    try:
        ack = _DECODE_ACK.decode(payload)
    except msgspec.DecodeError as error:
        return PublishRefused(0, f"the answer of JetStream cannot be read: {error}")
    if ack.error is not None:
        return PublishRefused(ack.error.err_code, ack.error.description)
    if not ack.seq:
        return PublishRefused(0, "JetStream named no sequence; the batch was not stored")
    return Published(ack.stream, range(ack.seq - ack.count + 1, ack.seq + 1))
