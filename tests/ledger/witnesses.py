"""Witnesses over real HTTP that do as they are told: honest by default, and then in every way wrong.

The honest part is as small as the protocol allows (C2SP tlog-witness): one log, one size, kept in memory. A manner
is a coroutine that answers one request; it may look at what the honest witness would have said, or forget to.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha256

import msgspec
from msgspec import Struct

from bloc.embedded.ports import chosen_port
from contracts.identity.keys import SigningKey
from contracts.tlog.add_checkpoint import AddCheckpoint, parse_add_checkpoint
from contracts.tlog.checkpoints import Checkpoint, cosign, parse_checkpoint
from contracts.tlog.notes import COSIGNATURE_V1, NoteKey, parse_note
from contracts.tlog.policy import Policy, PolicyGroup, PolicyWitness
from contracts.tlog.proofs import verify_consistency
from contracts.tlog.tree import EMPTY_ROOT

COSIGNED_AT = 1_782_876_607
SIZE = "text/x.tlog.size"


class Said(Struct, frozen=True):
    """An answer: status, body, media type. `cut` closes the connection instead, as one that dies does; `drip`
    are the seconds between one byte of the body and the next."""

    status: int
    body: bytes
    media_type: str = "text/plain"
    cut: bool = False
    drip: float = 0


class Witness:
    """One witness with a key of its own, on a port of its own, from `open` to `close`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key_name = f"{name}.example/witness"
        self.signing = SigningKey.from_seed(sha256(f"witness {name}".encode()).digest())
        self.key = NoteKey.of(self.key_name, self.signing.verifying, COSIGNATURE_V1)
        self.port = chosen_port(0, "")
        self.size = 0
        self.root = EMPTY_ROOT
        self.manner: Manner = honest
        self.asked: list[AddCheckpoint] = []
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/log/"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Stop as a killed process does: the port is closed and connections are cut."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def judge(self, request: AddCheckpoint) -> Said:
        """What an honest witness says, and does."""
        checkpoint = checkpoint_in(request)
        if request.old_size != self.size:
            return Said(409, b"%d\n" % self.size, SIZE)
        fault = verify_consistency(self.size, self.root, checkpoint.size, checkpoint.root, request.proof)
        if fault is not None:
            return Said(422, fault.reason.encode())
        self.size, self.root = checkpoint.size, checkpoint.root
        return Said(200, self.cosign(checkpoint))

    def cosign(self, checkpoint: Checkpoint, *, key: SigningKey | None = None) -> bytes:
        """The line of a cosignature, with this witness's own key or another."""
        signature = cosign(checkpoint.body, self.key_name, key or self.signing, COSIGNED_AT)
        return f"{signature.line}\n".encode()

    async def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while True:
                request = await _request(reader)
                if request is None:
                    said = Said(404, b"it shows nothing\n")
                else:
                    self.asked.append(request)
                    said = await self.manner(self, request)
                if said.cut:
                    break
                head = f"HTTP/1.1 {said.status} Said\r\ncontent-type: {said.media_type}\r\n"
                writer.write(f"{head}content-length: {len(said.body)}\r\n\r\n".encode())
                for piece in (
                    [said.body[n : n + 1] for n in range(len(said.body))] if said.drip else [said.body]
                ):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(said.drip)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the ledger hung up, as it may
        finally:
            writer.close()
            self._serving.discard(task)


Manner = Callable[[Witness, AddCheckpoint], Awaitable[Said]]


async def _request(reader: asyncio.StreamReader) -> AddCheckpoint | None:
    """What is submitted; None for a look at what it has cosigned."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if head.startswith("get /log/"):
        return None
    assert head.startswith("post /log/add-checkpoint http/1.1\r\n"), head
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    request = parse_add_checkpoint(await reader.readexactly(length))
    assert isinstance(request, AddCheckpoint), request
    return request


def checkpoint_in(request: AddCheckpoint) -> Checkpoint:
    note = parse_note(request.note)
    checkpoint = parse_checkpoint(getattr(note, "body", b""))
    assert isinstance(checkpoint, Checkpoint), checkpoint
    return checkpoint


async def honest(witness: Witness, request: AddCheckpoint) -> Said:
    return witness.judge(request)


def slow(seconds: float) -> Manner:
    """Honest, after a while."""

    async def manner(witness: Witness, request: AddCheckpoint) -> Said:
        await asyncio.sleep(seconds)
        return witness.judge(request)

    return manner


def saying(status: int, body: bytes = b"no\n", media_type: str = "text/plain") -> Manner:
    """The same to everything."""

    async def manner(witness: Witness, request: AddCheckpoint) -> Said:
        del witness, request
        return Said(status, body, media_type)

    return manner


async def dripping(witness: Witness, request: AddCheckpoint) -> Said:
    """Honest, one byte at a time, so that every single wait is short."""
    return msgspec.structs.replace(witness.judge(request), drip=0.05)


async def forging(witness: Witness, request: AddCheckpoint) -> Said:
    """Under its own name and key id, a signature over another checkpoint."""
    checkpoint = checkpoint_in(request)
    other = Checkpoint(checkpoint.origin, checkpoint.size, bytes(32))
    return Said(200, witness.cosign(other))


async def with_another_key(witness: Witness, request: AddCheckpoint) -> Said:
    """A sound signature that nobody asked for."""
    return Said(200, witness.cosign(checkpoint_in(request), key=SigningKey.from_seed(bytes(32))))


async def always_elsewhere(witness: Witness, request: AddCheckpoint) -> Said:
    """Names another size each time."""
    del witness
    return Said(409, b"%d\n" % (0 if request.old_size else 1), SIZE)


async def dying_after_keeping(witness: Witness, request: AddCheckpoint) -> Said:
    """Does its work, keeps it, and dies before it answers."""
    witness.judge(request)
    return Said(0, b"", cut=True)


def policy_of(*witnesses: Witness, quorum: int) -> Policy:
    """`quorum` of these witnesses, 0 for none."""
    members = tuple(PolicyWitness(one.name, one.key, one.url) for one in witnesses)
    if not quorum:
        return Policy(witnesses=members)
    group = PolicyGroup("members", quorum, tuple(one.name for one in witnesses))
    return Policy(witnesses=members, groups=(group,), quorum="members")


@asynccontextmanager
async def witnesses_named(*names: str) -> AsyncGenerator[tuple[Witness, ...]]:
    """Open witnesses, and close them."""
    made = tuple(Witness(name) for name in names)
    for witness in made:
        await witness.open()
    try:
        yield made
    finally:
        for witness in made:
            await witness.close()
