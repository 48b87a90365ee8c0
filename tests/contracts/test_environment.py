"""Settings from the environment: every fault at once, in plain words, without repeating a value."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from msgspec import Meta, Struct

from contracts.environment import read_environment


class LedgerSettings(Struct, frozen=True):
    """Settings as a service declares them."""

    database_url: Annotated[
        str,
        Meta(
            pattern="^postgresql://",
            description="the ledger's database",
            examples=["postgresql://ledger_app@/bloc"],
        ),
    ]
    origin: str
    ledger_port: Annotated[int, Meta(ge=1, le=65_535)] = 8081
    allow_open_reads: bool = False
    tariffs_key: str | None = None
    data: Path = Path(".bloc")
    log: Literal["text", "json"] = "text"


GOOD = {"BLOC_DATABASE_URL": "postgresql://ledger_app@/bloc", "BLOC_ORIGIN": "bloc.example/ledger"}


def faults_of(environ: dict[str, str]) -> list[str]:
    faults = read_environment(LedgerSettings, environ)
    assert isinstance(faults, list)
    return faults


def test_what_is_set_is_read_and_the_rest_keeps_its_default():
    """Numbers, truth values, paths and choices are written as text."""
    more = {
        "BLOC_LEDGER_PORT": "9000",
        "BLOC_ALLOW_OPEN_READS": "1",
        "BLOC_DATA": "/var/lib/bloc",
        "BLOC_LOG": "json",
    }
    assert read_environment(LedgerSettings, GOOD) == LedgerSettings(
        GOOD["BLOC_DATABASE_URL"], GOOD["BLOC_ORIGIN"]
    )
    assert read_environment(LedgerSettings, GOOD | more) == LedgerSettings(
        GOOD["BLOC_DATABASE_URL"], GOOD["BLOC_ORIGIN"], 9000, True, None, Path("/var/lib/bloc"), "json"
    )


def test_an_empty_variable_counts_as_not_set():
    """Compose files cannot leave one out."""
    settings = read_environment(LedgerSettings, GOOD | {"BLOC_LEDGER_PORT": "", "BLOC_ORIGIN_FILE": ""})
    assert isinstance(settings, LedgerSettings)
    assert settings.ledger_port == 8081


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_any_variable_may_come_from_a_file(tmp_path: Path, end: str):
    """Secrets come as files; one line end at the end is the editor's, not the secret's."""
    secret = tmp_path / "database-url"
    secret.write_bytes(b"postgresql://ledger_app:s3cret@db/bloc" + end.encode())
    settings = read_environment(
        LedgerSettings, {"BLOC_DATABASE_URL_FILE": str(secret), "BLOC_ORIGIN": "bloc.example/ledger"}
    )
    assert isinstance(settings, LedgerSettings)
    assert settings.database_url == "postgresql://ledger_app:s3cret@db/bloc"


def test_a_key_file_is_read_whole(tmp_path: Path):
    """A PEM has many lines."""
    pem = tmp_path / "bloc.tariffs.pem"
    pem.write_text("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n")
    settings = read_environment(LedgerSettings, GOOD | {"BLOC_TARIFFS_KEY_FILE": str(pem)})
    assert isinstance(settings, LedgerSettings)
    assert settings.tariffs_key == "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"


def test_all_faults_are_named_at_once_with_what_to_do():
    """Five lines to read, not five starts."""
    faults = faults_of({"BLOC_LEDGER_PORT": "99999", "BLOC_ALLOW_OPEN_READS": "perhaps", "BLOC_LOG": "xml"})
    assert faults == [
        (
            "BLOC_DATABASE_URL is missing (the ledger's database, for example postgresql://ledger_app@/bloc): "
            "set it, or put it into a file and set BLOC_DATABASE_URL_FILE."
        ),
        "BLOC_ORIGIN is missing: set it, or put it into a file and set BLOC_ORIGIN_FILE.",
        "BLOC_LEDGER_PORT is wrong: it must be a whole number <= 65535; correct it and start again.",
        "BLOC_ALLOW_OPEN_READS is wrong: it must be true or false; correct it and start again.",
        "BLOC_LOG is wrong: it must be one of text, json; correct it and start again.",
    ]


def test_a_wrong_value_is_never_repeated():
    """It may hold a password."""
    (fault,) = faults_of(GOOD | {"BLOC_DATABASE_URL": "postgres://ledger_app:s3cret@db/bloc"})
    assert fault.startswith("BLOC_DATABASE_URL is wrong (the ledger's database, for example postgresql://")
    assert "s3cret" not in fault


def test_a_variable_that_is_set_twice_is_a_fault():
    """Nobody could say which of the two counts."""
    (fault,) = faults_of(GOOD | {"BLOC_ORIGIN_FILE": "/run/secrets/origin"})
    assert fault == "BLOC_ORIGIN and BLOC_ORIGIN_FILE are both set: remove one of them."


def test_a_file_that_cannot_be_read_is_a_fault_with_its_path(tmp_path: Path):
    """Not there, not text, or empty."""
    (missing,) = faults_of(GOOD | {"BLOC_TARIFFS_KEY_FILE": str(tmp_path / "none.pem")})
    assert "No such file" in missing
    assert "none.pem" in missing
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (binary,) = faults_of(GOOD | {"BLOC_TARIFFS_KEY_FILE": str(tmp_path / "binary")})
    assert "not UTF-8" in binary
    (tmp_path / "empty").write_bytes(b"\n")
    (empty,) = faults_of(GOOD | {"BLOC_TARIFFS_KEY_FILE": str(tmp_path / "empty")})
    assert "is empty" in empty


def test_a_field_may_name_its_variable_itself():
    """For variables that do not begin with BLOC_."""

    class Renamed(Struct, rename={"home": "HOME"}):
        home: str

    assert read_environment(Renamed, {"HOME": "/root"}) == Renamed("/root")
