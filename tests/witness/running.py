"""A witness as an operator runs it: a process with a folder of its own, asked over HTTP."""

import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from bloc.embedded.ports import chosen_port
from bloc.embedded.services import Service
from bloc.witness.making import new_witness
from contracts.tlog.notes import (
    COSIGNATURE_V1,
    NoteFault,
    NoteKey,
    NoteSignature,
    parse_note,
    parse_signature_line,
    parse_vkey,
    verify_note,
)
from tests.witness.growing import GrowingLog

NAME = "us.example/witness"
ADD = "/add-checkpoint"


class RunningWitness:
    """A witness in `folder` that follows `logs`; what is in the folder survives `kill` and `start`."""

    def __init__(self, folder: Path, logs: Sequence[GrowingLog], **settings: str) -> None:
        self.folder = folder
        made = new_witness(folder, NAME, made_at=int(time.time()))
        key = parse_vkey(made.vkey)
        assert isinstance(key, NoteKey)
        self.key = key
        self.store_file = made.store_file
        port = chosen_port(0, "")
        self.url = f"http://127.0.0.1:{port}"
        self.service = Service("witness", "bloc.witness", self.url, folder)
        self.service.settings = {
            "BLOC_WITNESS_NAME": NAME,
            "BLOC_WITNESS_KEY_FILE": str(made.key_file),
            "BLOC_WITNESS_STORE": str(made.store_file),
            "BLOC_WITNESS_POLICY": "".join(log.policy for log in logs),
            "BLOC_WITNESS_PORT": str(port),
            **settings,
        }
        self.client = httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=20)

    async def __aenter__(self) -> Self:
        await self.service.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()
        await self.service.stop()

    async def follow(self, logs: Sequence[GrowingLog]) -> None:
        """Start again with these logs in the policy."""
        await self.service.stop()
        policy = "".join(log.policy for log in logs)
        self.service.settings = {**self.service.settings, "BLOC_WITNESS_POLICY": policy}
        await self.service.start()

    async def post(self, body: bytes) -> httpx.Response:
        return await self.client.post(ADD, content=body)

    async def cosigned(self, log: GrowingLog, old: int, new: int) -> NoteSignature:
        """Have the checkpoint cosigned, and check what came back."""
        answer = await self.post(log.request(old, new))
        assert answer.status_code == 200, answer.text
        return self.checked(log, new, answer)

    def checked(self, log: GrowingLog, size: int, answer: httpx.Response) -> NoteSignature:
        """The one cosignature in an answer, verified against the checkpoint that this log has at this size."""
        line = parse_signature_line(answer.text.removesuffix("\n"))
        assert isinstance(line, NoteSignature), answer.text
        assert self.key.algorithm == COSIGNATURE_V1
        assert self.key.verify(line.signature, log.checkpoint(size).body)
        return line

    async def monitored(self, log: GrowingLog) -> bytes | None:
        """The note at the monitoring address, verified with the keys of the log and of the witness; None for 404."""
        answer = await self.client.get(f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint")
        if answer.status_code == 404:
            return None
        note = parse_note(answer.content)
        assert not isinstance(note, NoteFault)
        signed = verify_note(note, (*log.note_keys, self.key))
        assert not isinstance(signed, NoteFault)
        assert self.key in signed
        assert any(key in signed for key in log.note_keys)
        return note.body
