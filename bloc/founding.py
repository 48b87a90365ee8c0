"""Found a bloc: the one submission with which every ledger begins.

Signed by the secretariat's key, which it registers itself: the thumbprint of that key is the trust anchor of both
services. `bloc found`, `bloc up` on an empty folder and the tests all found with this one function.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import time

from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.client import Answer, Bloc
from bloc.keyfiles import load_key, new_key, parties_with_keys
from bloc.trouble import Trouble
from contracts.identity.keys import SigningKey
from contracts.identity.possession import prove_possession
from services.tariffs.domain.rule import RULESET

SECRETARIAT = "bloc.secretariat"
SERVICES = {"tariffs": "bloc.tariffs", "ledger": "bloc.ledger"}
NAME = "Critical minerals bloc"
FOUNDING_WAIT_SECONDS = 30


class FoundingKeys(Struct, frozen=True):
    """The keys that a founding registers: the secretariat's, and one for each service by its role."""

    secretariat: SigningKey
    services: Mapping[str, SigningKey]


def ensure_keys(folder: Path) -> FoundingKeys:
    """Read the founding keys from `folder`, making those that are missing: development keys, on this disk only."""
    there = set(parties_with_keys(folder))

    def key_of(party: str) -> SigningKey:
        return load_key(folder, party) if party in there else new_key(folder, party)

    return FoundingKeys(key_of(SECRETARIAT), {role: key_of(party) for role, party in SERVICES.items()})


def founding_body(keys: FoundingKeys, origin: str, *, name: str = NAME) -> bytes:
    """The founding event as one line, founded today (UTC), with a proof of possession for each key."""
    issued_at = int(time())

    def proven(party: str, key: SigningKey) -> dict[str, object]:
        jwk = {"kty": key.jwk.kty, "crv": key.jwk.crv, "x": key.jwk.x}
        return {
            "party": party,
            "jwk": jwk,
            "proof": prove_possession(key, origin, party, issued_at=issued_at),
        }

    charter = {
        "name": name,
        "origin": origin,
        "founded_on": datetime.now(UTC).date().isoformat(),
        "secretariat": proven(SECRETARIAT, keys.secretariat),
        "services": [
            {"role": role, **proven(party, keys.services[role])} for role, party in SERVICES.items()
        ],
        "ruleset": RULESET,
        "legal_basis": {
            "act": "bloc.charter",
            "article": "whole act",
            "uri": "https://bloc.example/acts/charter",
        },
        "illustrative": True,
    }
    return submission_body([author_event(SECRETARIAT, "bloc.founded.v1", charter)])


async def found(bloc: Bloc, keys: FoundingKeys, *, name: str = NAME) -> Answer:
    """Post the founding and wait for its receipt. Raises Trouble when the ledger is not empty, or it is refused."""
    answer = await bloc.post(
        keys.secretariat, founding_body(keys, bloc.origin, name=name), wait_s=FOUNDING_WAIT_SECONDS
    )
    if not answer.recorded:
        raise Trouble(
            f"The founding was not recorded: the service answered {answer.status} {answer.document}.",
            "A ledger is founded once, with the key whose thumbprint is its trust anchor (BLOC_TRUST_ANCHOR).",
        )
    return answer
