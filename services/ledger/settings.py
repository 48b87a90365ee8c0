"""What an operator can set, each by an environment variable `BLOC_<NAME>` or a file named by `BLOC_<NAME>_FILE`."""

from ipaddress import ip_address
from typing import Annotated

from msgspec import Meta, Struct

from contracts.limits import ORIGIN_CHARACTERS_MAX


class Settings(Struct, frozen=True):
    """Settings of the ledger service. `trust_anchor` is the one thing about keys that is not in the record."""

    database_url: Annotated[
        str,
        Meta(description="Postgres as role ledger_app", examples=["postgresql://ledger_app@/bloc?host=…"]),
    ]
    nats_url: Annotated[
        str, Meta(description="NATS with user and password", examples=["nats://ledger:secret@127.0.0.1:4222"])
    ]
    origin: Annotated[
        str,
        Meta(
            description="name of the ledger, `aud` of every signature",
            min_length=1,
            max_length=ORIGIN_CHARACTERS_MAX,
        ),
    ]
    trust_anchor: Annotated[str, Meta(description="thumbprint of the secretariat's founding key")]
    ledger_host: Annotated[str, Meta(description="address to listen on")] = "127.0.0.1"
    ledger_port: Annotated[int, Meta(ge=1, le=65_535, description="port to listen on")] = 8081
    allow_open_reads: bool = False
    parent_pid: Annotated[int, Meta(description="stop when this is no longer our parent")] = 0

    def fault(self) -> str | None:
        """What is wrong with the settings as a whole, as a sentence that says what to do; None when nothing is.

        Nothing here asks who is reading yet, so only this machine may, unless the operator says otherwise.
        """
        if self.allow_open_reads or is_loopback(self.ledger_host):
            return None
        return (
            f"BLOC_LEDGER_HOST is {self.ledger_host}: everybody who reaches this address could read everything. "
            "Listen on 127.0.0.1, or set BLOC_ALLOW_OPEN_READS=1 if that is meant."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
