"""`bloc secrets`: makes the secrets of docker-compose.yml as files: passwords, the addresses that carry them, the
founding keys, the witnesses (a key and an empty store each), and the policy that names who signs checkpoints.

What is there is kept, so that running it again locks nobody out. A password is changed by deleting its file, running
this again, and `docker compose up -d --force-recreate` (bootstrap sets it in the database; postgres_password alone is
fixed when the volume is made); the policy is made anew in the same way. A key whose .kid is there is not made again:
once the bloc is founded, the secretariat's .pem belongs in a safe place, with an empty file left in its stead.

The folder is closed to others (0700); the files in it are not (0444), because compose mounts them as they are, and
the processes in the containers have users of their own.
"""

import os
import secrets
from pathlib import Path

from bloc.checkpoint_keys import NEXT, public_checkpoint_keys
from bloc.commands.bootstrap import DATABASE
from bloc.founding import SECRETARIAT, SERVICES
from bloc.given_settings import ORIGIN
from bloc.keyfiles import new_key
from bloc.member_witnesses import ensure_witness
from bloc.policy import WITNESSES_DEFAULT, members_of, policy_of, write_policy_file
from contracts.tlog.policy import PolicyWitness

FOLDER_DEFAULT = Path(".secrets")
PASSWORD_BYTES = 24
WITNESS_PORT = 8090
_NATS_USERS = ("setup", "ledger", "tariffs", "partner")
_PASSWORDS = (
    "postgres",
    "bloc_owner",
    "ledger_app",
    "tariffs_app",
    "auditor",
    *(f"nats_{user}" for user in _NATS_USERS),
)


def run(folder: Path | None = None, *, nats_port: int = 4222, origin: str | None = None) -> None:
    """Make the secrets of docker-compose.yml that are missing.

    Parameters
    ----------
    folder
        Where to; BLOC_SECRETS or .secrets when left out, which is where compose looks.
    nats_port
        The port on this machine, for the address that partners use (BLOC_NATS_PORT of compose).
    origin
        The ledger's origin, which the policy names; BLOC_ORIGIN when left out.
    """
    folder = folder or Path(os.environ.get("BLOC_SECRETS") or FOLDER_DEFAULT)
    origin = origin or os.environ.get("BLOC_ORIGIN") or ORIGIN
    anchor = make_secrets(folder, nats_port=nats_port, origin=origin)
    print(f"The secrets are in {folder}. The trust anchor is {anchor}")


def make_secrets(folder: Path, *, nats_port: int = 4222, origin: str = ORIGIN) -> str:
    """Make what is missing in `folder`; return the trust anchor, the thumbprint of the secretariat's key."""
    keys, witnesses = folder / "keys", folder / "witnesses"
    for closed in (folder, keys, witnesses):
        closed.mkdir(parents=True, exist_ok=True, mode=0o700)
        closed.chmod(0o700)
    passwords = {name: _password(folder / f"{name}_password") for name in _PASSWORDS}
    for name, text in _addresses(passwords, nats_port).items():
        _write(folder / name, text)
    _write(
        folder / "nats_passwords",
        "\n".join(f'{user.upper()}_PASSWORD: "{passwords[f"nats_{user}"]}"' for user in _NATS_USERS),
    )
    for party in (SECRETARIAT, *SERVICES.values()):
        if not (keys / f"{party}.kid").exists():
            new_key(keys, party)
    for party in (SECRETARIAT, *SERVICES.values(), NEXT):
        for made in keys.glob(f"{party}.*"):
            made.chmod(0o444)
    _ensure_policy(folder / "policy", keys, witnesses, origin)
    return (keys / f"{SECRETARIAT}.kid").read_text().strip()


def _ensure_policy(path: Path, keys: Path, witnesses: Path, origin: str) -> None:
    """Make a key and an empty store for each member's witness, and the policy that names them: 2 of 3.

    A policy that is there is kept, as somebody may have written other members' witnesses into it.
    """
    entries: list[PolicyWitness] = []
    for member in members_of(WITNESSES_DEFAULT):
        folder = witnesses / member
        key = ensure_witness(folder, member)
        for made in folder.iterdir():
            made.chmod(0o444)
        entries.append(PolicyWitness(member, key, f"http://witness-{member}:{WITNESS_PORT}"))
    if not path.exists():
        write_policy_file(path, policy_of(origin, public_checkpoint_keys(keys), entries))


def _addresses(passwords: dict[str, str], nats_port: int) -> dict[str, str]:
    """File name to address: inside the network of compose, and one for partners on this machine."""

    def postgres(role: str, database: str) -> str:
        return f"postgresql://{role}:{passwords[role]}@postgres:5432/{database}"

    return {
        "superuser_url": postgres("postgres", "postgres"),
        "owner_database_url": postgres("bloc_owner", DATABASE),
        "ledger_database_url": postgres("ledger_app", DATABASE),
        **{
            f"{user}_nats_url": f"nats://{user}:{passwords[f'nats_{user}']}@nats:4222"
            for user in ("setup", "ledger", "tariffs")
        },
        "localhost_nats_url": f"nats://partner:{passwords['nats_partner']}@127.0.0.1:{nats_port}",
    }


def _password(path: Path) -> str:
    if not path.exists():
        _write(path, secrets.token_hex(PASSWORD_BYTES))
    return path.read_text().strip()


def _write(path: Path, text: str) -> None:
    """One line into a file, whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.write_text(f"{text}\n")
    fresh.chmod(0o444)
    fresh.rename(path)
