"""Passwords of roles go to the server as verifiers only, computed as RFC 5802 and RFC 7677 say."""

import base64
import hashlib
import hmac

import pytest

from bloc.commands.bootstrap import bootstrap, scram_verifier
from bloc.embedded.postgres import Postgres
from tests.migrations.schema import AUDITOR, SUPERUSER, Database


def test_the_verifier_gives_the_server_signature_of_rfc_7677() -> None:
    """Section 3 of the RFC: user "user", password "pencil", 4096 iterations."""
    verifier = scram_verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    server_key = base64.b64decode(verifier.rpartition(":")[2])
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    message = ",".join(
        ("n=user,r=rOprNGfwEbeRWgbNEkqO", f"r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", f"c=biws,r={nonce}")
    )
    signature = hmac.digest(server_key, message.encode(), "sha256")
    assert base64.b64encode(signature).decode() == "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_the_stored_key_is_the_hash_of_the_client_key() -> None:
    """The other half of the verifier: StoredKey = H(HMAC(SaltedPassword, "Client Key"))."""
    salt = bytes(16)
    stored = scram_verifier("pencil", salt).split("$")[2].partition(":")[0]
    salted = hashlib.pbkdf2_hmac("sha256", b"pencil", salt, 4096)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    assert base64.b64decode(stored) == hashlib.sha256(client_key).digest()


async def test_a_bootstrap_with_passwords_stores_verifiers(fresh: Database, postgres: Postgres) -> None:
    """PostgreSQL keeps the text as a SCRAM verifier, and a second bootstrap changes the password."""
    stored = "SELECT rolpassword FROM pg_authid WHERE rolname = $1"
    async with fresh.connect(SUPERUSER) as superuser:
        await bootstrap(postgres.dsn(), {AUDITOR: "first"}, database=fresh.name)
        first = await superuser.fetchval(stored, AUDITOR)
        await bootstrap(postgres.dsn(), {AUDITOR: "second"}, database=fresh.name)
        second = await superuser.fetchval(stored, AUDITOR)
    assert first.startswith("SCRAM-SHA-256$4096:")
    assert first != second


async def test_a_password_for_no_role_is_refused(postgres: Postgres) -> None:
    """A typing mistake must not leave a role without a password."""
    with pytest.raises(ValueError, match="no such roles: ledgerapp"):
        await bootstrap(postgres.dsn(), {"ledgerapp": "secret"})


@pytest.mark.parametrize("password", ["", "two words", "naïve", "line\n"])
def test_a_password_that_clients_could_prepare_differently_is_refused(password: str) -> None:
    """Printable ASCII only, so that SASLprep has nothing to change."""
    with pytest.raises(ValueError, match="printable ASCII"):
        scram_verifier(password)
