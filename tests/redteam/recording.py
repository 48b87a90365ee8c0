"""The record that is attacked: some weeks of a small bloc, written by the real ledger under three real witnesses.

Every kind of thing that a record can hold is in it: authors' parts of one and of many events, with and without a
final line feed, the assessments derived from them, refusals, first and further keys, revocations, another key of the
tariffs service, and a rotation of the log's own key with an overlap in which both keys sign. The auditor comes by in
the middle and keeps what `bloc verify --checkpoint` and `--copy` take; the end was signed when no witness was there.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bloc.member_witnesses import MemberWitness, member_witnesses
from bloc.policy import policy_of
from contracts.identity.keys import SigningKey
from contracts.tlog.policy import Policy, write_policy
from contracts.tlog.tiles import bundles_of, tiles_of
from tests.ledger.drafting import (
    CUSTOMS,
    LEDGER,
    ORIGIN,
    SECRETARIAT,
    TARIFFS,
    Drafter,
    declared,
    jwk_of,
    key_of,
    key_registered,
    line_of,
    proof_of,
)
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at, tariffs_at

PATIENCE_SECONDS = 30
LEDGER_2, TARIFFS_2, CUSTOMS_2 = key_of("bloc.ledger/2"), key_of("bloc.tariffs/2"), key_of("us.customs/2")
EU, JP, STOLEN = key_of("eu.customs"), key_of("jp.customs"), key_of("jp.customs/stolen")
LOG_KEYS = (LEDGER, LEDGER_2)
"""Both keys of the log: the operator holds them."""


@dataclass
class Recorded:
    """A record and what is known of it. `kept`: the auditor's older cosigned checkpoint, and `copy` the files that he
    downloaded with it; `cosigned`: the newest one with a quorum; `signed`: the newest of all, which no witness saw.
    `files`: what the ledger served at the end, by path, over HTTP."""

    place: Place
    policy: Policy
    witnesses: tuple[MemberWitness, ...]
    entries: tuple[bytes, ...] = ()
    kept: bytes = b""
    copy: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    cosigned: bytes = b""
    signed: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


def size_in(note: bytes) -> int:
    """The size that a checkpoint says."""
    return int(note.split(b"\n")[1])


class Story:
    """Posts drafts of several parties, one after the other, as tariffs would."""

    def __init__(self, tariffs: Tariffs) -> None:
        self._tariffs = tariffs
        self._drafter = Drafter(now_ns=time.time_ns())

    async def founding(self) -> None:
        """The founding with the first customs, and two more of them."""
        drafter = self._drafter
        await self._post(
            drafter.bloc(),
            drafter.registration("eu.customs", EU),
            drafter.draft(
                [
                    key_registered(party, key, drafter.number())
                    for party, key in (("jp.customs", JP), ("us.vault", key_of("us.vault")))
                ],
                key=SECRETARIAT,
                party="bloc.secretariat",
                eol=True,
            ),
        )

    async def declare(
        self, party: str, key: SigningKey, count: int, *, eol: bool = False, decider: SigningKey = TARIFFS
    ) -> None:
        """One submission of so many declarations, each assessed."""
        drafter, member = self._drafter, party[:2].upper()
        references = [f"{member}-{drafter.number()}" for _ in range(count)]
        lines = [self._as_of(party, declared(reference, drafter.number())) for reference in references]
        derived = [
            line_of(
                "bloc.tariffs",
                "bloc.duty.assessed.v1",
                f"declaration/{member}/{reference}",
                {
                    "member": member,
                    "reference": reference,
                    "item_no": 1,
                    "status": "final",
                    "total": "638196.00",
                },
                drafter.number(),
            )
            for reference in references
        ]
        await self._post(
            drafter.draft(lines, key=key, party=party, derived=derived, eol=eol, decider=decider)
        )

    async def refusal(self, party: str, key: SigningKey) -> None:
        """A submission that breaks a rule."""
        number = self._drafter.number()
        await self._post(self._drafter.refusal(b'{"no":%d}' % number, party=party, key=key))

    async def register(self, party: str, new: SigningKey, signer: SigningKey) -> None:
        """A further key of a party."""
        data = {"party": party, "jwk": jwk_of(new), "proof": proof_of(new, party)}
        await self._about_keys(party, signer, "registered", data)

    async def revoke(self, party: str, old: SigningKey, signer: SigningKey, **more: str) -> None:
        """A key that its party gives up."""
        data = {"party": party, "kid": old.kid, "reason": "compromised", **more}
        await self._about_keys(party, signer, "revoked", data)

    async def rotate(self) -> None:
        """The ledger's next key, and both sign for a day."""
        await self.register("bloc.ledger", LEDGER_2, LEDGER)
        until = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        data = {"party": "bloc.ledger", "kid": LEDGER_2.kid, "overlap_until": until}
        drafter = self._drafter
        stream = "party/bloc.ledger"
        line = line_of("bloc.ledger", "bloc.checkpoint_key.rotated.v1", stream, data, drafter.number())
        await self._post(drafter.draft([line], key=LEDGER, party="bloc.ledger"))

    async def _about_keys(
        self, party: str, signer: SigningKey, what: str, data: Mapping[str, object]
    ) -> None:
        drafter = self._drafter
        line = line_of(party, f"bloc.key.{what}.v1", f"party/{party}", data, drafter.number())
        await self._post(drafter.draft([line], key=signer, party=party))

    async def _post(self, *bodies: bytes) -> None:
        receipts = await self._tariffs.record(*bodies)
        assert {receipt.outcome for receipt in receipts} == {"recorded"}, receipts

    @staticmethod
    def _as_of(party: str, line: bytes) -> bytes:
        member = party[:2].upper()
        event = json.loads(line)
        event["source"] = f"/parties/{party}"
        event["subject"] = f"declaration/{member}/{event['data']['reference']}"
        event["data"]["member"] = member
        return json.dumps(event, separators=(",", ":")).encode()


async def first_weeks(story: Story) -> None:
    """From the founding to the auditor's visit."""
    for count in (1, 1, 12, 3):
        await story.declare("us.customs", CUSTOMS, count, eol=count == 3)
        await story.declare("eu.customs", EU, 1)
    await story.refusal("us.customs", CUSTOMS)
    await story.register("us.customs", CUSTOMS_2, CUSTOMS)
    await story.revoke("us.customs", CUSTOMS, CUSTOMS_2)
    for count in (2, 40, 1):
        await story.declare("us.customs", CUSTOMS_2, count)
        await story.declare("jp.customs", JP, 2, eol=True)
        await story.refusal("jp.customs", JP)
    await story.register("jp.customs", STOLEN, JP)
    await story.declare("jp.customs", STOLEN, 3)


async def last_weeks(story: Story) -> None:
    """From there to the last checkpoint that witnesses saw."""
    await story.revoke("jp.customs", STOLEN, JP, suspect_from="2026-01-01T00:00:00Z")
    await story.declare("us.customs", CUSTOMS_2, 50)
    await story.register("bloc.tariffs", TARIFFS_2, TARIFFS)
    await story.rotate()
    for count in (1, 15, 2):
        await story.declare("eu.customs", EU, count, decider=TARIFFS_2, eol=count == 15)
        await story.refusal("eu.customs", EU)
    await story.declare("us.customs", CUSTOMS_2, 1, decider=TARIFFS_2)


async def last_hours(story: Story) -> None:
    """What nobody but the ledger has signed for."""
    await story.declare("us.customs", CUSTOMS_2, 1, decider=TARIFFS_2)
    await story.declare("eu.customs", EU, 4, decider=TARIFFS_2)
    await story.refusal("jp.customs", JP)
    await story.declare("jp.customs", JP, 1, decider=TARIFFS_2)


async def record(place: Place, folder: Path) -> Recorded:
    """Play the story on an empty place; the witnesses go on living, the ledger does not."""
    policy_file = folder / "policy"
    witnesses = member_witnesses(3, folder, folder, policy_file)
    policy = policy_of(ORIGIN, [key.verifying for key in LOG_KEYS], [one.entry for one in witnesses])
    policy_file.write_text(write_policy(policy))
    policy_file.chmod(0o444)
    recorded = Recorded(place, policy, witnesses)
    await asyncio.gather(*(one.server.start() for one in witnesses))
    next_key = LEDGER_2.to_pem().decode()
    ledger = ledger_at(place, policy=write_policy(policy), next_checkpoint_key=next_key)
    async with tariffs_at(place) as tariffs, ledger as running:
        story = Story(tariffs)
        await story.founding()
        assert await running.service.published.wait_signed(1, PATIENCE_SECONDS)
        await first_weeks(story)
        recorded.kept = await cosigned_by_all(running)
        recorded.copy = await downloaded(running.http, recorded.kept)
        await last_weeks(story)
        recorded.cosigned = await cosigned_by_all(running)
        await asyncio.gather(*(one.server.stop() for one in witnesses))
        await last_hours(story)
        assert await running.service.published.wait_signed(running.head.size, PATIENCE_SECONDS)
        recorded.signed = (await running.get(f"/checkpoint/{running.head.size}")).content
        recorded.files = await downloaded(running.http, recorded.signed)
        recorded.files |= await downloaded(running.http, recorded.cosigned)
    recorded.entries = tuple(await place.entries())
    await asyncio.gather(*(one.server.start() for one in witnesses))
    return recorded


async def cosigned_by_all(running: RunningLedger) -> bytes:
    """The checkpoint of all that is recorded, once all three witnesses have cosigned it."""
    published = running.service.published
    size = running.head.size
    await running.until(lambda: published.cosignatures_of(size) == 3, "waiting for witnesses")
    return (await running.get(f"/checkpoint/{size}")).content


async def downloaded(http: httpx.AsyncClient, note: bytes) -> dict[str, bytes]:
    """Everything that is served under a checkpoint, by path, and the checkpoint."""
    size = size_in(note)
    files = {"checkpoint": note}
    for tile in (*tiles_of(size), *bundles_of(size)):
        answer = await http.get(f"/{tile.path}", headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200, (tile.path, answer.text)
        files[tile.path] = answer.content
    return files


def drafts_in(entries: Sequence[bytes]) -> list[range]:
    """The positions of each draft, in order."""
    drafts: list[range] = []
    for position, entry in enumerate(entries):
        stamp = json.loads(entry.partition(b"\n")[0])
        if stamp["line"] == stamp["part_no"] == 0:
            drafts.append(range(position, position))
        drafts[-1] = range(drafts[-1].start, position + 1)
    return drafts
