"""`bloc keys rotate-checkpoint`: give the ledger another key for its checkpoints, in three steps with days between.

Made, recorded, put in the place of the old one. It cannot be one step: from the entry of the rotation on, only the
next key makes a checkpoint valid, so that the ledger must hold it before; and while both sign, for as long as the
overlap lasts, witnesses and auditors take the next key into their policies. What the record says is read first, so
that a step which is done already, or comes too early, is told and not repeated.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time

import httpx
import msgspec
from rich.console import Console

from bloc.authoring import author_event, submission_body
from bloc.checkpoint_keys import LEDGER, NEXT, put_next_in_place
from bloc.client import Answer, Bloc
from bloc.keyfiles import load_key, new_successor
from bloc.surroundings import Surroundings, surroundings
from bloc.trouble import Trouble, reaching
from contracts.entry import split_entry
from contracts.identity.keyring import KeyRing
from contracts.identity.keys import SigningKey
from contracts.identity.possession import prove_possession
from contracts.tlog.notes import NoteKey

OVERLAP_DAYS = 30
HTTP_NOT_FOUND = 404

console = Console(highlight=False, soft_wrap=True)


class _Typed(msgspec.Struct):
    type: str
    data: msgspec.Raw


def rotate_checkpoint(
    *, record: bool = False, finish: bool = False, overlap_days: int = OVERLAP_DAYS, keys: Path | None = None
) -> None:
    """Make the ledger's next checkpoint key; with --record bring it into force, with --finish let the old one go.

    Parameters
    ----------
    record
        Post the registration of the next key and the rotation, signed by the ledger's present key. Both keys sign
        until the overlap ends.
    finish
        When the overlap is over: move the next key's files to the place of the old ones, which are kept aside.
    overlap_days
        How long both keys sign; 0 for not at all.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    """
    around = surroundings()
    folder = keys or around.keys_folder
    if record and finish:
        raise Trouble("--record and --finish are two steps.", "Between them lie the days of the overlap.")
    if not record and not finish:
        _make(folder, around.origin)
        return
    if not (folder / f"{NEXT}.pem").exists():
        raise Trouble(f"There is no {folder / NEXT}.pem.", "Begin with `bloc keys rotate-checkpoint`.")
    following = load_key(folder, NEXT)
    with reaching("ledger", around.ledger_url):
        ring = asyncio.run(_ring(around))
    if record:
        _record(around, folder, following, ring, overlap_days)
    else:
        _finish(folder, following, ring)


def _make(folder: Path, origin: str) -> None:
    present, pem = load_key(folder, LEDGER), folder / f"{NEXT}.pem"
    if pem.exists():
        raise Trouble(
            f"The next key is there already: {pem}.",
            "Bring it into force with --record, or let the old one go with --finish.",
        )
    following = new_successor(folder, LEDGER)
    console.print(f"Made {pem}, .jwk and .kid; the key in use stays {present.kid}.")
    console.print("Now, in this order:")
    console.print(
        f"1. Give it to the ledger: BLOC_NEXT_CHECKPOINT_KEY_FILE={pem}, and start the ledger again."
    )
    console.print("   (`bloc up` has noticed and does this step and the next by itself.)")
    console.print("2. Send this line to every witness and auditor, for their policies, beside the old one:")
    console.print(f"   log {NoteKey.of(origin, following.verifying).vkey}")
    console.print("3. Then `bloc keys rotate-checkpoint --record`.")


def _record(around: Surroundings, folder: Path, following: SigningKey, ring: KeyRing, days: int) -> None:
    in_force = ring.checkpoint_keys[-1].kid if ring.checkpoint_keys else None
    if in_force == following.kid:
        raise Trouble(f"{following.kid} signs the checkpoints already.", "Wait for the end of the overlap.")
    present = load_key(folder, LEDGER)
    until = datetime.now(UTC) + timedelta(days=days)
    body = rotation_body(around.origin, following, ring, until if days else None)
    with reaching("tariffs", around.tariffs_url):
        answer = asyncio.run(_post(around, present, body))
    if not answer.recorded:
        raise Trouble(
            f"Not recorded: the service answered {answer.status}: {answer.document}",
            str(answer.document.get("mend", "Run it again: it asks the record first.")),
        )
    console.print(f"Recorded at position {answer.document['first_position']}: {following.kid} is in force.")
    if days:
        console.print(f"Both keys sign until {until:%Y-%m-%d %H:%M} UTC.")
    console.print(
        "Then let witnesses take the old line out of their policies, and run `bloc keys rotate-checkpoint --finish`. "
        "Auditors keep it beside the new one: what they hold from before was signed with it."
    )


def _finish(folder: Path, following: SigningKey, ring: KeyRing) -> None:
    newest = ring.checkpoint_keys[-1] if ring.checkpoint_keys else None
    if newest is None or newest.kid != following.kid:
        raise Trouble(f"The record does not say that {following.kid} signs.", "Run it with --record first.")
    if newest.overlap_until is not None and newest.overlap_until > datetime.now(UTC):
        raise Trouble(f"Both keys sign until {newest.overlap_until}.", "Finish when that is over.")
    kept = put_next_in_place(folder)
    console.print(f"{folder / LEDGER}.pem is {following.kid} now; the old key lies in {kept}.")
    console.print(
        "Start the ledger again without BLOC_NEXT_CHECKPOINT_KEY_FILE. (`bloc up` does it by itself.)"
    )
    console.print(
        "Old checkpoints verify for ever with the old public key; nobody needs its private half again."
    )


def rotation_body(origin: str, following: SigningKey, ring: KeyRing, overlap_until: datetime | None) -> bytes:
    """One submission: the registration of the next key, unless it is registered already, and the rotation."""
    events: list[bytes] = []
    if ring.find(following.kid) is None:
        proof = prove_possession(following, origin, LEDGER, issued_at=int(time()))
        jwk = {"kty": following.jwk.kty, "crv": following.jwk.crv, "x": following.jwk.x}
        events.append(
            author_event(LEDGER, "bloc.key.registered.v1", {"party": LEDGER, "jwk": jwk, "proof": proof})
        )
    rotated = {"party": LEDGER, "kid": following.kid}
    if overlap_until is not None:
        rotated["overlap_until"] = overlap_until.strftime("%Y-%m-%dT%H:%M:%SZ")
    events.append(author_event(LEDGER, "bloc.checkpoint_key.rotated.v1", rotated))
    return submission_body(events)


async def _ring(around: Surroundings) -> KeyRing:
    """What the record says of the ledger's keys: its founding, then the stream of its party, which may be new."""
    ring = KeyRing()
    async with Bloc.around(around) as bloc:
        for stream in ("bloc/charter", f"party/{LEDGER}"):
            ring = await _evolve(ring, bloc, stream)
    return ring


async def _evolve(ring: KeyRing, bloc: Bloc, stream: str) -> KeyRing:
    try:
        async for entry in bloc.entries(f"/streams/{stream}"):
            stamp, event = split_entry(entry)
            typed = msgspec.json.decode(event, type=_Typed)
            ring = ring.evolve(stamp.position, typed.type, typed.data)
    except httpx.HTTPStatusError as error:
        if error.response.status_code != HTTP_NOT_FOUND:
            raise
    return ring


async def _post(around: Surroundings, key: SigningKey, body: bytes) -> Answer:
    async with Bloc.around(around) as bloc:
        return await bloc.post(key, body)
