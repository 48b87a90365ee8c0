"""Where the command line finds the services and the keys: environment variables, with the defaults of `bloc up`."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from bloc.trouble import Trouble
from contracts.environment import Settings, read_environment


class Surroundings(Struct, frozen=True, rename={
    "tariffs_url": "BLOC_TARIFFS_URL",
    "ledger_url": "BLOC_LEDGER_URL",
    "origin": "BLOC_ORIGIN",
    "keys": "BLOC_KEYS",
}):  # fmt: skip
    """URLs of the two services, the ledger's origin (the `aud` of signatures), and the folder of key files."""

    tariffs_url: str = "http://127.0.0.1:8080"
    ledger_url: str = "http://127.0.0.1:8081"
    origin: str = "bloc.example/ledger"
    keys: str = ".bloc/keys"

    @property
    def keys_folder(self) -> Path:
        """The folder of key files."""
        return Path(self.keys)


def surroundings() -> Surroundings:
    """Read the environment; raises `Trouble` naming every variable that is wrong."""
    return settings_from(os.environ, Surroundings)


def settings_from(environ: Mapping[str, str], settings: type[Settings]) -> Settings:
    """Settings of any command; raises `Trouble` naming every variable that is wrong."""
    found = read_environment(settings, environ)
    if isinstance(found, list):
        raise Trouble("The environment is not right: " + " ".join(found), "Correct these variables.")
    return found
