"""Signed drafts for tests: what tariffs would hand to the ledger, made by hand, so that any part can be wrong.

`Drafter` holds the keys of a small bloc (from seeds: the same in every run) and its own count of key versions,
so that drafts made one after the other expect what the ones before have advanced. Every default can be
overridden in one call, which is how the forged, the stale and the stolen are made.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from contracts.decision import Decision, expects_digest, sign_decision
from contracts.draft import Attachment, Draft, Part, encode_draft
from contracts.entry import recorded_at_text
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.identity.possession import prove_possession
from contracts.streams import keys_of, party_stream

ORIGIN = "bloc.example/ledger"
SECOND_NS = 1_000_000_000
STORY_NS = 1_782_876_606 * SECOND_NS
"""2026-07-01T03:30:06Z: the moment at which tests without a clock take place."""

LEGAL_BASIS = {
    "act": "bloc.council.decision.2026-1",
    "article": "1",
    "uri": "https://bloc.example/acts/2026-1",
}


def key_of(name: str) -> SigningKey:
    """The key of a name: the same in every run."""
    return SigningKey.from_seed(sha256(name.encode()).digest())


SECRETARIAT, TARIFFS, CUSTOMS = key_of("bloc.secretariat"), key_of("bloc.tariffs"), key_of("us.customs")
LEDGER = key_of("bloc.ledger")
"""The ledger's own key: it signs checkpoints."""
ANCHOR = SECRETARIAT.kid


def event_id(number: int) -> str:
    """A UUIDv7 that counts."""
    return f"019f1a10-{number >> 32 & 0xFFFF:04x}-7a3c-8f10-{number & 0xFFFFFFFF:012x}"


def line_of(party: str, type_name: str, stream: str, data: Mapping[str, Any], number: int) -> bytes:
    """One event line with the id of `number`."""
    event = {
        "specversion": "1.0",
        "id": event_id(number),
        "source": f"/parties/{party}",
        "type": type_name,
        "subject": stream,
        "time": "2026-07-01T03:30:05Z",
        "data": data,
    }
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def jwk_of(key: SigningKey) -> dict[str, str]:
    return {"kty": key.jwk.kty, "crv": key.jwk.crv, "x": key.jwk.x}


def proof_of(key: SigningKey, party: str, origin: str = ORIGIN) -> str:
    return prove_possession(key, origin, party, issued_at=STORY_NS // SECOND_NS)


def founded(number: int = 1, *, origin: str = ORIGIN, secretariat: SigningKey = SECRETARIAT) -> bytes:
    """bloc.founded.v1 with the keys of the secretariat and of both services."""
    data = {
        "legal_basis": LEGAL_BASIS,
        "name": "Critical Minerals Trade Bloc",
        "origin": origin,
        "founded_on": "2026-02-04",
        "secretariat": {
            "party": "bloc.secretariat",
            "jwk": jwk_of(secretariat),
            "proof": proof_of(secretariat, "bloc.secretariat", origin),
        },
        "services": [
            {
                "party": "bloc.tariffs",
                "role": "tariffs",
                "jwk": jwk_of(TARIFFS),
                "proof": proof_of(TARIFFS, "bloc.tariffs", origin),
            },
            {
                "party": "bloc.ledger",
                "role": "ledger",
                "jwk": jwk_of(LEDGER),
                "proof": proof_of(LEDGER, "bloc.ledger", origin),
            },
        ],
        "ruleset": "2026.1",
    }
    return line_of("bloc.secretariat", "bloc.founded.v1", "bloc/charter", data, number)


def key_registered(
    party: str, key: SigningKey, number: int, *, valid_from: str = "", proof: str = ""
) -> bytes:
    """bloc.key.registered.v1 by the secretariat."""
    data: dict[str, Any] = {"party": party, "jwk": jwk_of(key), "proof": proof or proof_of(key, party)}
    if valid_from:
        data["valid_from"] = valid_from
    return line_of("bloc.secretariat", "bloc.key.registered.v1", f"party/{party}", data, number)


def key_revoked(party: str, key: SigningKey, number: int) -> bytes:
    """bloc.key.revoked.v1 by the secretariat."""
    data = {"party": party, "kid": key.kid, "reason": "compromised"}
    return line_of("bloc.secretariat", "bloc.key.revoked.v1", f"party/{party}", data, number)


def checkpoint_key_rotated(key: SigningKey, number: int, *, overlap_until: str = "") -> bytes:
    """bloc.checkpoint_key.rotated.v1 by the secretariat: the ledger signs with `key` from here on."""
    data = {"party": "bloc.ledger", "kid": key.kid}
    if overlap_until:
        data["overlap_until"] = overlap_until
    return line_of("bloc.secretariat", "bloc.checkpoint_key.rotated.v1", "party/bloc.ledger", data, number)


def declared(reference: str, number: int, *, padding: int = 0) -> bytes:
    """bloc.declaration.accepted.v1 of US customs: 12 t of NdPr oxide from China at 59 USD/kg."""
    data = {
        "member": "US",
        "reference": reference,
        "accepted_at": "2026-06-30T23:30:00-04:00",
        "importer": {"scheme": "us.irs", "id": "12-3456789" + "0" * padding},
        "items": [
            {
                "item_no": 1,
                "commodity_code": "2846904000",
                "hs_edition": "HS2022",
                "line": "ndpr.oxide_compound.oxide_99",
                "origin": "CN",
                "preference_claimed": False,
                "net_mass": {"value": "12000", "unit": "kg"},
                "customs_value": {"amount": "708000.00", "currency": "USD"},
                "free_at_frontier_value": {"amount": "708000.00", "currency": "USD"},
            }
        ],
    }
    stream = f"declaration/US/{reference}"
    return line_of("us.customs", "bloc.declaration.accepted.v1", stream, data, number)


def assessed(reference: str, number: int, *, padding: int = 0) -> bytes:
    """bloc.duty.assessed.v1 by tariffs. The ledger opens no payload of it, so only its outline is here."""
    data = {
        "member": "US",
        "reference": reference,
        "item_no": 1,
        "status": "final",
        "total": "638196.00",
        "trace": "." * padding,
    }
    return line_of("bloc.tariffs", "bloc.duty.assessed.v1", f"declaration/US/{reference}", data, number)


def refused(body: bytes, party: str, number: int) -> bytes:
    """bloc.submission.refused.v1 by tariffs."""
    data = {
        "submission": sha256(body).hexdigest(),
        "party": party,
        "broken": [
            {"rule": "M-01", "text": "A party needs a mandate.", "event": event_id(number), "path": "$.type"}
        ],
        "ruleset": "2026.1",
        "known_position": 0,
    }
    return line_of("bloc.tariffs", "bloc.submission.refused.v1", f"refusal/{party}", data, number)


@dataclass
class Drafter:
    """Makes drafts, and counts the versions that they advance when they are recorded in this order."""

    now_ns: int = STORY_NS
    versions: dict[str, int] = field(default_factory=dict[str, int])
    numbers: int = 0

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def expect(self, party: str, lines: Sequence[bytes]) -> dict[str, int]:
        """The versions that a draft of these events is decided on; counts them as advanced."""
        advanced = [key for line in lines for key in _keys_of_line(line)]
        keys = {party_stream(party), *advanced}
        expects = {key: self.versions.get(key, 0) for key in sorted(keys)}
        for key in advanced:
            self.versions[key] = self.versions.get(key, 0) + 1
        return expects

    def draft(
        self,
        lines: Sequence[bytes],
        *,
        key: SigningKey,
        party: str,
        derived: Sequence[bytes] = (),
        eol: bool = False,
        expects: Mapping[str, int] | None = None,
        audience: str = ORIGIN,
        issued_at: int | None = None,
        decided_ns: int | None = None,
        decider: SigningKey = TARIFFS,
        decision_audience: str = ORIGIN,
        decided_parts: Sequence[bytes] | None = None,
        known: int = 0,
    ) -> bytes:
        """An accepted draft as it goes over the wire."""
        body = b"\n".join(lines) + (b"\n" if eol else b"")
        expected = dict(expects) if expects is not None else self.expect(party, [*lines, *derived])
        iat = self.now_ns // SECOND_NS if issued_at is None else issued_at
        parts = [Part(body, sign_detached(key, body, audience=audience, issued_at=iat))]
        if derived:
            parts.append(Part(b"\n".join(derived)))
        bodies = decided_parts if decided_parts is not None else [part.body for part in parts]
        decision = self._decide(bodies, expected, decided_ns, decider, decision_audience, known)
        return encode_draft(Draft(tuple(parts), expected, decision))

    def refusal(
        self,
        body: bytes,
        *,
        party: str,
        key: SigningKey,
        named: bytes | None = None,
        issued_at: int | None = None,
    ) -> bytes:
        """A refusal draft: the derived event, and the refused body with its signature."""
        event = refused(body if named is None else named, party, self.number())
        expected = self.expect(party, [event])
        iat = self.now_ns // SECOND_NS if issued_at is None else issued_at
        attachment = Attachment(body, sign_detached(key, body, audience=ORIGIN, issued_at=iat))
        decision = self._decide([event], expected, None, TARIFFS, ORIGIN)
        return encode_draft(Draft((Part(event),), expected, decision, (attachment,)))

    def founding(self, *more: bytes) -> bytes:
        """The founding submission of the bloc, with further events of the secretariat."""
        return self.draft([founded(self.number()), *more], key=SECRETARIAT, party="bloc.secretariat")

    def bloc(self) -> bytes:
        """A founding that also registers the key of US customs."""
        first = founded(self.number())
        return self.draft(
            [first, key_registered("us.customs", CUSTOMS, self.number())],
            key=SECRETARIAT,
            party="bloc.secretariat",
        )

    def registration(self, party: str, key: SigningKey, *, valid_from: str = "") -> bytes:
        line = key_registered(party, key, self.number(), valid_from=valid_from)
        return self.draft([line], key=SECRETARIAT, party="bloc.secretariat")

    def revocation(self, party: str, key: SigningKey) -> bytes:
        line = key_revoked(party, key, self.number())
        return self.draft([line], key=SECRETARIAT, party="bloc.secretariat")

    def rotation(self, key: SigningKey, *, overlap_until: str = "") -> bytes:
        line = checkpoint_key_rotated(key, self.number(), overlap_until=overlap_until)
        return self.draft([line], key=SECRETARIAT, party="bloc.secretariat")

    def declarations(self, *references: str, padding: int = 0, **overrides: Any) -> bytes:
        """A draft of US customs: one declaration for each reference, each assessed by tariffs."""
        lines = [declared(reference, self.number()) for reference in references]
        derived = [assessed(reference, self.number(), padding=padding) for reference in references]
        chosen: dict[str, Any] = {"key": CUSTOMS, "party": "us.customs", "derived": derived, **overrides}
        return self.draft(lines, **chosen)

    def _decide(
        self,
        bodies: Sequence[bytes],
        expects: Mapping[str, int],
        decided_ns: int | None,
        decider: SigningKey,
        audience: str,
        known: int = 0,
    ) -> str:
        decision = Decision(
            tuple(sha256(body).hexdigest() for body in bodies),
            expects_digest(expects),
            known,
            recorded_at_text(self.now_ns if decided_ns is None else decided_ns),
            "2026.1",
        )
        return sign_decision(decider, decision, audience=audience)


def _keys_of_line(line: bytes) -> tuple[str, ...]:
    event = json.loads(line)
    return keys_of(event["type"], event["subject"])
