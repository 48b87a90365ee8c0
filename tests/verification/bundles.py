"""A recorded history with everything that a bundle can rest on, and bundles of it, made without any server.

The entries come from the ledger's own fold, the proofs from the definition of RFC 6962, word for word; so a bundle
here owes nothing to tiles. `told` names what happened, for tests to ask about.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from bloc.policy import policy_of, witness_name
from bloc.proving.collecting import Collected, Complete, plan
from contracts.entry import split_entry
from contracts.identity.keys import SigningKey
from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import COSIGNATURE_V1, Note, NoteKey, sign_note
from contracts.tlog.policy import Policy, PolicyWitness, write_policy
from contracts.verification.bundle import Proven, verify_bundle
from contracts.verification.bundle_files import SUMS, Bundle, BundleFault, sums_of, write_bundle
from tests.contracts.naive_tree import NaiveTree
from tests.ledger.drafting import (
    CUSTOMS,
    LEDGER,
    ORIGIN,
    SECOND_NS,
    STORY_NS,
    TARIFFS,
    Drafter,
    declared,
    jwk_of,
    key_of,
    line_of,
    proof_of,
)
from tests.ledger.record import Record

MEMBERS = ("us", "eu", "jp")
WITNESSES = {name: key_of(f"witness {name}") for name in MEMBERS}
CUSTOMS_2, CUSTOMS_3 = key_of("us.customs/2"), key_of("us.customs/3")
TARIFFS_2, LEDGER_2 = key_of("bloc.tariffs/2"), key_of("bloc.ledger/2")
README = b"For people.\n"


def policy(
    log: SigningKey = LEDGER, witnesses: dict[str, SigningKey] = WITNESSES, origin: str = ORIGIN
) -> Policy:
    """Two of three witnesses, and one log."""
    named = [
        PolicyWitness(name, NoteKey.of(witness_name(name), key.verifying, COSIGNATURE_V1))
        for name, key in witnesses.items()
    ]
    return policy_of(origin, [log.verifying], named)


def note(
    entries: Sequence[bytes],
    *,
    signers: Sequence[SigningKey] = (LEDGER,),
    cosigners: Sequence[str] = MEMBERS,
    root: bytes | None = None,
) -> bytes:
    """A checkpoint over these entries, signed by keys of the log and cosigned by members' witnesses."""
    size = len(entries)
    body = Checkpoint(ORIGIN, size, root or NaiveTree(list(entries)).root(size)).body
    signatures = [sign_note(body, ORIGIN, key) for key in signers]
    at_seconds = STORY_NS // SECOND_NS
    signatures += [cosign(body, witness_name(name), WITNESSES[name], at_seconds) for name in cosigners]
    return Note(body, tuple(signatures)).encode()


def closure(entries: Sequence[bytes], position: int) -> tuple[int, ...]:
    """The positions that a bundle about `position` needs, by the plan of `bloc prove`."""
    streams: dict[str, tuple[int, ...]] = {"party/bloc.ledger": (), "party/bloc.tariffs": ()}
    for place, entry in enumerate(entries):
        stream = split_entry(entry)[0].stream
        streams[stream] = (*streams.get(stream, ()), place)
    every = dict.fromkeys((f"party/{name}" for name in ("us.customs", "bloc.secretariat")), ())
    planned = plan((position,), len(entries), Collected(dict(enumerate(entries)), {**every, **streams}))
    assert isinstance(planned, Complete), planned
    return planned.positions


def bundle_of(
    entries: Sequence[bytes],
    position: int,
    *,
    positions: Sequence[int] | None = None,
    signed: bytes | None = None,
    judged_by: Policy | None = None,
) -> dict[str, bytes]:
    """The files of a bundle about `position` under a checkpoint over all entries; every part can be replaced."""
    tree = NaiveTree(list(entries))
    held = closure(entries, position) if positions is None else sorted(positions)
    return write_bundle(
        Bundle(
            position=position,
            entries={place: entries[place] for place in held},
            proofs={place: tuple(tree.inclusion(place, len(entries))) for place in held},
            note=note(entries) if signed is None else signed,
            policy=write_policy(judged_by or policy()).encode(),
        ),
        README,
    )


def summed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with the sums that whoever changed them would write."""
    rest = {path: raw for path, raw in files.items() if path != SUMS}
    return {**rest, SUMS: sums_of(rest)}


def proven(files: dict[str, bytes], by: Policy | None = None, **more: Any) -> Proven:
    """Then the bundle proves its entry."""
    found = verify_bundle(files, by or policy(), **more)
    assert isinstance(found, Proven), found
    return found


def refused(files: dict[str, bytes], by: Policy | None = None, **more: Any) -> BundleFault:
    """Then the bundle is refused."""
    found = verify_bundle(files, by or policy(), **more)
    assert isinstance(found, BundleFault), found
    return found


class History:
    """A bloc of some days, draft by draft. `told`: first position of each draft, by a word for it."""

    def __init__(self) -> None:
        self.record = Record()
        self.drafter = Drafter()
        self.told: dict[str, int] = {}

    @property
    def entries(self) -> list[bytes]:
        """All entries so far."""
        return self.record.entries

    def tell(self, word: str, body: bytes) -> None:
        """Record one draft."""
        self.told[word] = len(self.entries)
        receipt = self.record.take(body)
        assert receipt.outcome == "recorded", receipt

    def by_party(
        self, party: str, key: SigningKey, type_name: str, data: dict[str, Any], **more: Any
    ) -> bytes:
        """A draft of one event about a party's own keys, signed by that party."""
        line = line_of(party, type_name, f"party/{party}", {"party": party, **data}, self.drafter.number())
        return self.drafter.draft([line], key=key, party=party, **more)

    def registration(self, party: str, key: SigningKey, signer: SigningKey, **more: Any) -> bytes:
        """A party registers a further key of its own."""
        data = {"jwk": jwk_of(key), "proof": proof_of(key, party)}
        return self.by_party(party, signer, "bloc.key.registered.v1", data, **more)


def customs_signs_with_its_third_key(history: History) -> None:
    """The key of the founding registers a second, the second a third; the first two are revoked."""
    drafter = history.drafter
    history.tell("second key", history.registration("us.customs", CUSTOMS_2, CUSTOMS))
    history.tell("third key", history.registration("us.customs", CUSTOMS_3, CUSTOMS_2))
    history.tell("revoked", drafter.revocation("us.customs", CUSTOMS))
    suspect = {"kid": CUSTOMS_2.kid, "reason": "compromised", "suspect_from": "2026-07-01T00:00:00Z"}
    history.tell("suspect", history.by_party("us.customs", CUSTOMS_3, "bloc.key.revoked.v1", suspect))
    history.tell("third generation", drafter.declarations("DEF-1", key=CUSTOMS_3))


@cache
def story() -> tuple[tuple[bytes, ...], dict[str, int]]:
    """The whole history: entries, and where what happened."""
    history = History()
    drafter = history.drafter
    history.tell("founding", drafter.bloc())
    history.tell("declaration", drafter.declarations("ABC-1", eol=True))
    history.tell("hundred", drafter.declarations(*(f"C-{number}" for number in range(100))))
    history.tell(
        "refusal", drafter.refusal(declared("NO-1", drafter.number()), party="us.customs", key=CUSTOMS)
    )
    customs_signs_with_its_third_key(history)
    history.tell("tariffs' key", history.registration("bloc.tariffs", TARIFFS_2, TARIFFS))
    history.tell("decided anew", drafter.declarations("DEF-2", key=CUSTOMS_3, decider=TARIFFS_2))
    return tuple(history.entries), history.told


@cache
def rotated() -> tuple[tuple[bytes, ...], dict[str, int]]:
    """A short history in which the ledger rotates the key of its checkpoints."""
    history = History()
    history.tell("founding", history.drafter.bloc())
    history.tell("ledger's key", history.registration("bloc.ledger", LEDGER_2, LEDGER))
    data = {"kid": LEDGER_2.kid, "overlap_until": "2026-08-01T00:00:00Z"}
    history.tell("rotation", history.by_party("bloc.ledger", LEDGER, "bloc.checkpoint_key.rotated.v1", data))
    history.tell("declaration", history.drafter.declarations("ABC-1"))
    return tuple(history.entries), history.told


def usurped() -> tuple[list[bytes], int]:
    """A ledger that recorded a second key of a party that the secretariat registered, and what it signed."""
    history = History()
    history.tell("founding", history.drafter.bloc())
    history.tell("usurpation", history.drafter.registration("us.customs", CUSTOMS_2))
    history.tell("declaration", history.drafter.declarations("ABC-1", key=CUSTOMS_2))
    return history.entries, history.told["declaration"]
