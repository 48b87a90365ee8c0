"""Who may sign is decided by the parties: an operator with the key of the tariffs service cannot hand out keys.

The decisions in here are all made with the right key. What a naive verifier would do is to believe them, put the
stranger's key into its ring, and find everything signed with it in order.
"""

import pytest

from contracts.identity.keys import SigningKey
from tests.ledger.drafting import (
    ANCHOR,
    CUSTOMS,
    LEDGER,
    LEGAL_BASIS,
    ORIGIN,
    SECRETARIAT,
    Drafter,
    founded,
    key_of,
    key_registered,
    line_of,
    proof_of,
)
from tests.verification.bundles import usurped
from tests.verification.checking import fault_in, verified
from tests.verification.forging import Crook
from tests.verification.published import files_of

STRANGER = key_of("a stranger")
COMMISSION = "eu.commission"


def begun() -> Crook:
    """A ledger with its founding, in which US customs has a key."""
    crook = Crook()
    crook.take(crook.drafter.bloc())
    return crook


def by(
    crook: Crook, party: str, key: SigningKey, type_name: str, stream: str, data: dict[str, object]
) -> bytes:
    """A draft of one event of a party."""
    return crook.drafter.draft(
        [line_of(party, type_name, stream, data, crook.drafter.number())], key=key, party=party
    )


def test_a_second_key_of_a_party_that_the_secretariat_registers_is_found() -> None:
    """Could it do that, it could sign in any party's name."""
    entries, _ = usurped()
    fault = fault_in(entries)
    assert (fault.position, fault.field) == (2, "event.source")
    assert "registers a further key of us.customs" in fault.reason


def test_a_first_key_that_another_party_registers_is_found() -> None:
    """US customs vouches for the European Commission."""
    crook = begun()
    first = crook.take(crook.registration(STRANGER, party=COMMISSION))
    crook.take(crook.drafter.declarations("ABC-1"))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "event.source")
    assert "only the secretariat may" in fault.reason


def test_a_key_that_is_registered_without_its_owner_is_found() -> None:
    """The proof of possession is that of another key."""
    crook = begun()
    proof = proof_of(CUSTOMS, "us.customs")
    first = crook.take(crook.registration(STRANGER, proof=proof))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "event.data.proof")


def test_a_key_that_is_registered_for_a_second_party_is_found() -> None:
    """A signature belongs to one party for ever."""
    crook = begun()
    line = key_registered(COMMISSION, CUSTOMS, crook.drafter.number())
    first = crook.take(crook.drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat"))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "event.data.jwk")


def test_a_revocation_by_another_party_is_found() -> None:
    """US customs takes the keys of the secretariat out of force."""
    crook = begun()
    data: dict[str, object] = {"party": "bloc.secretariat", "kid": SECRETARIAT.kid, "reason": "ceased"}
    stream = "party/bloc.secretariat"
    first = crook.take(by(crook, "us.customs", CUSTOMS, "bloc.key.revoked.v1", stream, data))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "event.source")


def test_a_checkpoint_key_that_a_stranger_brings_into_force_is_found() -> None:
    """US customs makes a key of the ledger's party the one that signs checkpoints."""
    crook = begun()
    crook.take(crook.registration(STRANGER, party="bloc.ledger", author="bloc.ledger", signer=LEDGER))
    data: dict[str, object] = {"party": "bloc.ledger", "kid": STRANGER.kid}
    stream = "party/bloc.ledger"
    first = crook.take(by(crook, "us.customs", CUSTOMS, "bloc.checkpoint_key.rotated.v1", stream, data))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "event.source")
    assert "changes the key of checkpoints" in fault.reason


def test_a_rotation_to_a_key_of_another_party_is_found() -> None:
    """It would leave a ledger whose checkpoints somebody else signs."""
    crook = begun()
    data: dict[str, object] = {"party": "bloc.ledger", "kid": CUSTOMS.kid}
    stream = "party/bloc.ledger"
    first = crook.take(by(crook, "bloc.ledger", LEDGER, "bloc.checkpoint_key.rotated.v1", stream, data))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "event.data.kid")


def test_a_second_founding_is_found() -> None:
    """It would make another secretariat."""
    crook = begun()
    crook.take(crook.drafter.declarations("ABC-1"))
    line = founded(crook.drafter.number(), secretariat=STRANGER)
    first = crook.take(crook.drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat"))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "event.type")


def test_another_founding_is_found_by_the_trust_anchor() -> None:
    """A whole bloc of the operator's own, every signature in order: only the anchor tells."""
    crook = Crook()
    line = founded(1, secretariat=STRANGER)
    crook.take(crook.drafter.draft([line], key=STRANGER, party="bloc.secretariat"))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (0, "event.data.secretariat")
    assert ANCHOR in fault.reason
    assert verified(files_of(crook.entries), anchor=None).status == 0


def test_a_founding_of_another_ledger_is_found() -> None:
    """Its origin is not that of the checkpoint."""
    drafter = Drafter()
    line = founded(1, origin="other.example/ledger")
    crook = Crook()
    crook.take(drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat"))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (0, "event.data.origin")
    assert ORIGIN in fault.reason


def test_a_record_that_does_not_begin_with_a_founding_is_found() -> None:
    """Nothing says whose keys count."""
    crook = Crook()
    crook.drafter.bloc()
    crook.take(crook.drafter.declarations("ABC-1"))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (0, "event.type")


def mandate(
    crook: Crook, author: str, key: SigningKey, party: str, types: list[str], until: str = ""
) -> bytes:
    """A draft in which `author` gives a party the secretariat's role for some types of events."""
    data: dict[str, object] = {
        "legal_basis": LEGAL_BASIS,
        "mandate": "deputy-1",
        "party": party,
        "role": "secretariat",
        "event_types": types,
        "territories": ["BLOC"],
        "minerals": ["*"],
        "effective_from": "2026-01-01",
        **({"effective_to": until} if until else {}),
    }
    return by(crook, author, key, "bloc.mandate.granted.v1", f"party/{party}", data)


def test_a_deputy_of_the_secretariat_may_register_a_first_key() -> None:
    """The role can be given by mandate, and then its events are in order: that is no fault."""
    crook = begun()
    crook.take(mandate(crook, "bloc.secretariat", SECRETARIAT, "us.customs", ["bloc.key.*"]))
    crook.take(crook.registration(STRANGER, party=COMMISSION))
    assert verified(files_of(crook.entries)).status == 0


@pytest.mark.parametrize(
    ("author", "key", "types", "until"),
    [
        ("us.customs", CUSTOMS, ["bloc.key.*"], ""),
        ("bloc.secretariat", SECRETARIAT, ["bloc.measure.*"], ""),
        ("bloc.secretariat", SECRETARIAT, ["bloc.key.*"], "2026-06-30"),
    ],
)
def test_a_mandate_that_does_not_reach_so_far_makes_no_deputy(
    author: str, key: SigningKey, types: list[str], until: str
) -> None:
    """Granted by the party to itself, for other events, or over by then."""
    crook = begun()
    crook.take(mandate(crook, author, key, "us.customs", types, until))
    first = crook.take(crook.registration(STRANGER, party=COMMISSION))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "event.source")


def test_a_deputy_whose_mandate_was_revoked_is_found() -> None:
    """The first day without it is the day of the registration."""
    crook = begun()
    crook.take(mandate(crook, "bloc.secretariat", SECRETARIAT, "us.customs", ["bloc.key.registered.v1"]))
    data: dict[str, object] = {
        "mandate": "deputy-1",
        "party": "us.customs",
        "effective_from": "2026-07-01",
        "reason": "done",
    }
    stream = "party/us.customs"
    crook.take(by(crook, "bloc.secretariat", SECRETARIAT, "bloc.mandate.revoked.v1", stream, data))
    first = crook.take(crook.registration(STRANGER, party=COMMISSION))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "event.source")
