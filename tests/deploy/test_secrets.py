"""`bloc secrets` makes every file that docker-compose.yml wants, once, and in the forms that the project reads."""

import stat
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bloc.checkpoint_keys import LEDGER
from bloc.commands.secrets import make_secrets
from bloc.given_settings import ORIGIN
from bloc.keyfiles import load_key, new_successor, parties_with_keys
from contracts.identity.keys import SigningKey
from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import Policy, parse_policy
from tests.deploy.compose_file import PROJECT, default_of, read_compose


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of secrets as the command leaves it."""
    folder = tmp_path_factory.mktemp("secrets") / "made"
    make_secrets(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_secret_of_compose_is_made(secrets: Path) -> None:
    """Compose refuses to start with a file missing, be it a secret or what was made with the secrets."""
    compose = read_compose()
    for file in (*compose.secrets.values(), *compose.configs.values()):
        path = PROJECT / default_of(file.file, {"BLOC_SECRETS": str(secrets)})
        assert path.read_bytes().strip()


def test_secrets_are_closed_to_other_users_of_the_machine(secrets: Path) -> None:
    """The folder shuts others out; the files are readable to the users inside the containers."""
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    for path in secrets.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o444)


def test_nothing_is_left_half_made(secrets: Path) -> None:
    """Files appear whole or not at all."""
    assert not list(secrets.rglob("*.new"))


def test_running_it_again_changes_nothing(secrets: Path) -> None:
    """A second run must not lock anybody out."""
    before = contents(secrets)
    make_secrets(secrets)
    assert contents(secrets) == before


def test_a_deleted_password_is_made_anew_everywhere(secrets: Path, tmp_path: Path) -> None:
    """That is how a password is changed: the address that carries it changes with it."""
    make_secrets(tmp_path)
    old = contents(tmp_path)
    (tmp_path / "ledger_app_password").unlink()
    make_secrets(tmp_path)
    new = contents(tmp_path)
    assert {name for name in new if new[name] != old[name]} == {"ledger_app_password", "ledger_database_url"}
    assert contents(secrets)["ledger_app_password"] != new["ledger_app_password"]


def test_the_secretariats_key_can_be_put_away(tmp_path: Path) -> None:
    """With an empty file left in its stead, no second key takes its place: the trust anchor stays."""
    make_secrets(tmp_path)
    key = tmp_path / "keys" / "bloc.secretariat.pem"
    anchor = key.with_suffix(".kid").read_text()
    key.unlink()
    key.write_bytes(b"")
    make_secrets(tmp_path)
    assert key.read_bytes() == b""
    assert key.with_suffix(".kid").read_text() == anchor


def test_keys_are_those_that_the_project_reads(secrets: Path) -> None:
    """Each loads, and its .kid is its thumbprint."""
    keys = secrets / "keys"
    assert parties_with_keys(keys) == ["bloc.ledger", "bloc.secretariat", "bloc.tariffs"]
    for party in parties_with_keys(keys):
        assert load_key(keys, party).kid == (keys / f"{party}.kid").read_text().strip()


def test_the_policy_names_the_keys_that_sign(secrets: Path) -> None:
    """The ledger's key and three witnesses, each with its address inside compose; two of them must agree."""
    policy = parse_policy((secrets / "policy").read_text())
    assert isinstance(policy, Policy)
    assert [log.key for log in policy.logs] == [
        NoteKey.of(ORIGIN, load_key(secrets / "keys", LEDGER).verifying)
    ]
    assert [(one.name, one.key.name, one.url) for one in policy.witnesses] == [
        (member, f"{member}.example/witness", f"http://witness-{member}:8090")
        for member in ("us", "eu", "jp")
    ]
    for one in policy.witnesses:
        pem = (secrets / "witnesses" / one.name / "witness.pem").read_bytes()
        assert one.key.key == SigningKey.from_pem(pem).verifying
    one, two, _ = policy.witness_keys()
    assert (policy.satisfied_by([one]), policy.satisfied_by([one, two])) == (False, True)


def test_a_policy_that_somebody_wrote_is_kept_and_a_deleted_one_made_anew(tmp_path: Path) -> None:
    """Other members' witnesses may stand in it; made anew during a rotation it has both of the ledger's keys."""
    make_secrets(tmp_path)
    policy, old = tmp_path / "policy", (tmp_path / "policy").read_text()
    policy.unlink()
    policy.write_text(old + "# checked on 2026-02-04\n")
    make_secrets(tmp_path)
    assert policy.read_text() == old + "# checked on 2026-02-04\n"
    policy.unlink()
    key = new_successor(tmp_path / "keys", LEDGER)
    make_secrets(tmp_path)
    log, successor, *rest = policy.read_text().splitlines(keepends=True)
    assert successor == f"log {NoteKey.of(ORIGIN, key.verifying).vkey}\n"
    assert log + "".join(rest) == old


def test_addresses_name_the_role_and_the_host_inside_compose(secrets: Path) -> None:
    """Each address logs in as its own user, with that user's password."""
    wanted = {
        "superuser_url": ("postgres", "postgres_password", "postgres"),
        "owner_database_url": ("bloc_owner", "bloc_owner_password", "postgres"),
        "ledger_database_url": ("ledger_app", "ledger_app_password", "postgres"),
        "setup_nats_url": ("setup", "nats_setup_password", "nats"),
        "ledger_nats_url": ("ledger", "nats_ledger_password", "nats"),
        "tariffs_nats_url": ("tariffs", "nats_tariffs_password", "nats"),
        "localhost_nats_url": ("partner", "nats_partner_password", "127.0.0.1"),
    }
    for name, (user, password, host) in wanted.items():
        url = urlsplit((secrets / name).read_text().strip())
        assert (url.username, url.password, url.hostname) == (
            user,
            (secrets / password).read_text().strip(),
            host,
        )


def test_passwords_are_long_and_all_different(secrets: Path) -> None:
    """192 random bits each."""
    passwords = [path.read_text().strip() for path in secrets.glob("*_password")]
    assert len(passwords) == len(set(passwords)) == 9
    assert all(len(password) == 48 for password in passwords)


def test_git_does_not_see_them() -> None:
    """The usual folder is ignored, so that no secret is ever committed."""
    asked = subprocess.run(
        ["git", "check-ignore", ".secrets/postgres_password"], cwd=PROJECT, capture_output=True, check=False
    )
    assert asked.returncode == 0
