"""Our witness and a log that nobody here wrote: PyPI's tlog-scales builds it, proves its growth and checks us."""

import logging
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from tlog_scales.signing import NoteSignature, PlainEd25519Signer, Vkey, VkeySet
from tlog_scales.tlog import Checkpoint, ConsistencyProof
from tlog_scales.writer import TilesWriter

from contracts.tlog.encoding import base64
from tests.witness.growing import GrowingLog
from tests.witness.running import RunningWitness

ORIGIN = "scales.example/log"
SIZES = (1, 2, 3, 100, 256, 257, 700)


class ForeignLog:
    """A tlog-tiles log on disk, written and signed by tlog-scales."""

    def __init__(self, folder: Path, seed: bytes = b"scales__" * 4, word: str = "entry") -> None:
        self._signer = PlainEd25519Signer(ORIGIN, seed)
        self._writer = TilesWriter.create(folder, ORIGIN)
        self._folder = folder
        self._word = word

    @property
    def policy(self) -> str:
        return f"log {self._signer.vkey.serialize()}\n"

    def grow(self, size: int) -> None:
        for number in range(self._writer.size, size):
            self._writer.add_leaf(f"{self._word} {number}".encode())
        self._writer.commit([self._signer])

    def checkpoint(self) -> str:
        return (self._folder / "checkpoint").read_text("utf-8")

    def request(self, old: int) -> bytes:
        # It has no proof from an empty tree, and none is needed.
        hashes = [base64(one) for one in self._proof(old).node_hashes] if old else []
        return (
            "".join(f"{line}\n" for line in (f"old {old}", *hashes, "")).encode() + self.checkpoint().encode()
        )

    def _proof(self, old: int) -> ConsistencyProof:
        return self._writer.reader.get_consistency_proof(old, self._writer.size)


class Followed(GrowingLog):
    """The place in a policy of a log that somebody else writes."""

    def __init__(self, policy: str) -> None:
        super().__init__(ORIGIN)
        self._policy = policy

    @property
    def policy(self) -> str:
        return self._policy


async def test_it_cosigns_a_log_that_we_did_not_write(work_folder: Path, tmp_path: Path) -> None:
    """Across tile borders, by the proofs of tlog-scales, which verifies the cosignatures with its own code."""
    foreign = ForeignLog(tmp_path / "log")
    async with RunningWitness(work_folder / "scales", (Followed(foreign.policy),)) as witness:
        known = VkeySet(Vkey.from_string(witness.key.vkey))
        held = 0
        for size in SIZES:
            foreign.grow(size)
            answer = await witness.post(foreign.request(held))
            assert answer.status_code == 200, answer.text
            line = NoteSignature.from_line(answer.text.strip())
            checked = known.verify([line], Checkpoint.from_text(foreign.checkpoint()))
            assert [vkey.name for vkey, _ in checked] == [witness.key.name]
            held = size
        read = await witness.client.get(f"/{GrowingLog(ORIGIN).hash}/checkpoint")
        monitored = Checkpoint.from_text(read.text)
        assert monitored.size == SIZES[-1]
        for vkey in (witness.key.vkey, foreign.policy.split()[1]):
            monitored.verify(Vkey.from_string(vkey))


async def test_a_second_history_of_it_is_refused(work_folder: Path, tmp_path: Path) -> None:
    """Signed with the same key: 422, and tlog-scales sees nothing wrong with either note by itself."""
    foreign, forged = ForeignLog(tmp_path / "log"), ForeignLog(tmp_path / "forged", word="rewritten")
    async with RunningWitness(work_folder / "scales-forked", (Followed(foreign.policy),)) as witness:
        foreign.grow(300)
        assert (await witness.post(foreign.request(0))).status_code == 200
        forged.grow(400)
        assert (await witness.post(forged.request(300))).status_code == 422
        Checkpoint.from_text(forged.checkpoint()).verify(Vkey.from_string(foreign.policy.split()[1]))
        (kept,) = (await witness.client.get("/accusations")).json()["accusations"]
        assert kept["kind"] == "other_past"
        for note in (kept["first"], kept["second"]):
            Checkpoint.from_text(note).verify(Vkey.from_string(foreign.policy.split()[1]))


def test_tlog_scales_would_notice_a_wrong_cosignature(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The second opinion is one: it refuses a signature over something else."""
    foreign = ForeignLog(tmp_path / "log")
    foreign.grow(3)
    signed = Checkpoint.from_text(foreign.checkpoint())
    foreign.grow(4)
    grown = Checkpoint.from_text(foreign.checkpoint())
    vkey = Vkey.from_string(foreign.policy.split()[1])
    with caplog.at_level(logging.CRITICAL):
        assert VkeySet(vkey).verify(signed.signatures, grown) == set()
    with pytest.raises(InvalidSignature):
        vkey.get_verifier().verify(signed.signatures[0].payload, grown)
