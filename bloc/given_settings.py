"""What `bloc up` takes from the environment: servers to use instead of embedded ones, names, addresses."""

from collections.abc import Mapping

from msgspec import Struct

from bloc.embedded.ports import LOOPBACK
from bloc.surroundings import settings_from

ORIGIN = "bloc.example/ledger"
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})


class GivenSettings(Struct, frozen=True):
    """The variables BLOC_<FIELD>; an empty address asks for an embedded server, an empty anchor for our own key's."""

    database_url: str = ""
    nats_url: str = ""
    origin: str = ORIGIN
    trust_anchor: str = ""
    ledger_host: str = LOOPBACK
    tariffs_host: str = LOOPBACK
    allow_open_reads: bool = False


def read_settings(environ: Mapping[str, str]) -> GivenSettings:
    """Raises Trouble that names every fault."""
    return settings_from(environ, GivenSettings)


def reachable(host: str) -> str:
    """Where a service that listens on `host` answers on this machine."""
    return LOOPBACK if host in ANY_ADDRESS else host
