"""`bloc keys consent`, and the same bytes by nothing but Python's own library, as docs/posting.md shows it."""

import json
from pathlib import Path

import msgspec

from bloc.keyfiles import load_key
from contracts.events import PurchaseCommitmentSigned, PurchaseCommitmentSignedV1
from contracts.examples import example_of
from contracts.identity.consent import consent_message, fault_of_consent
from contracts.identity.keyring import KeyRing
from contracts.identity.keys import SigningKey
from tests.command.typed import surroundings_of, typed
from tests.domain.facts import ORIGIN, key_registered
from tests.flow.documents import blocks, run_python

COMMITMENT = "bloc.purchase_commitment.signed.v1"
COMPANY = "oem.clarios"


def terms_in(folder: Path) -> tuple[Path, PurchaseCommitmentSignedV1]:
    """A file as a lawyer would send it, indented and in an order of its own, and what it holds."""
    data = json.loads(example_of(COMMITMENT))["data"]
    file = folder / "terms.json"
    file.write_text(json.dumps(dict(reversed(data.items())), indent=1))
    return file, msgspec.convert(data, PurchaseCommitmentSignedV1)


def ring_of(key: SigningKey) -> KeyRing:
    registered = key_registered(COMPANY, key=key)
    return KeyRing().evolve(0, registered.type, registered.data)


def test_keys_consent_signs_the_terms_of_a_file(tmp_path: Path) -> None:
    """What it prints is put into the terms, and then binds the company that they name."""
    environment = surroundings_of(BLOC_KEYS=str(tmp_path), BLOC_ORIGIN=ORIGIN)
    assert typed("keys", "new", COMPANY, environment=environment).status == 0
    file, terms = terms_in(tmp_path)
    done = typed("keys", "consent", file, environment=environment)
    assert done.status == 0, done
    data = json.loads(file.read_text()) | {"consent": done.out.strip()}
    signed = msgspec.convert(data, PurchaseCommitmentSigned)
    assert (
        fault_of_consent(signed, ring_of(load_key(tmp_path, COMPANY)), origin=ORIGIN, on="2026-06-15") is None
    )
    assert consent_message(ORIGIN, COMPANY, signed) == consent_message(ORIGIN, COMPANY, terms)


def test_keys_consent_signs_nothing_that_it_cannot_read(tmp_path: Path) -> None:
    """No file, a misspelt field, no key of the company: one sentence, and one that says what to do."""
    environment = surroundings_of(BLOC_KEYS=str(tmp_path), BLOC_ORIGIN=ORIGIN)
    file, _ = terms_in(tmp_path)
    for words in (("no-such-file",), (str(file),)):
        done = typed("keys", "consent", *words, environment=environment)
        assert done.status == 1
        assert len(done.err.strip().splitlines()) >= 2, done.err
    file.write_text(file.read_text().replace("buy_back", "buyback"))
    assert "buyback" in typed("keys", "consent", file, environment=environment).err


def test_the_page_writes_the_same_bytes(tmp_path: Path) -> None:
    """docs/posting.md, "What a company signs": our message, by somebody else's program."""
    _, terms = terms_in(tmp_path)
    [program] = blocks("docs/posting.md", "python", "What a company signs")
    run_python(program, tmp_path)
    assert (tmp_path / "consent-bytes").read_bytes() == consent_message(ORIGIN, COMPANY, terms)
