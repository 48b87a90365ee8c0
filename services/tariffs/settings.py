"""What an operator can set, each by an environment variable `BLOC_<NAME>` or a file named by `BLOC_<NAME>_FILE`."""

from ipaddress import ip_address
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from contracts.limits import STATE_HASH_ENTRIES, STATE_HASH_SECONDS


class Settings(Struct, frozen=True):
    """Settings of the tariffs service. `tariffs_key` is the path of its signing key (PEM, PKCS8)."""

    nats_url: Annotated[
        str,
        Meta(description="NATS with user and password", examples=["nats://tariffs:secret@127.0.0.1:4222"]),
    ]
    ledger_url: Annotated[
        str, Meta(description="where the ledger answers over HTTP", examples=["http://127.0.0.1:8081"])
    ]
    origin: Annotated[str, Meta(description="name of the ledger, `aud` of every signature")]
    trust_anchor: Annotated[str, Meta(description="thumbprint of the secretariat's founding key")]
    tariffs_key: Annotated[str, Meta(description="the service's own signing key as PEM")] = msgspec.field()
    tariffs_host: Annotated[str, Meta(description="address to listen on")] = "127.0.0.1"
    tariffs_port: Annotated[int, Meta(ge=1, le=65_535, description="port to listen on")] = 8080
    allow_open_reads: bool = False
    state_hash_entries: Annotated[
        int, Meta(ge=1, description="entries after which the hash of the state is published")
    ] = STATE_HASH_ENTRIES
    state_hash_seconds: Annotated[
        int, Meta(ge=1, description="seconds after which it is, when fewer were recorded")
    ] = STATE_HASH_SECONDS
    snapshot: Annotated[
        str, Meta(description="folder for a snapshot of this instance alone; empty for none")
    ] = ""
    parent_pid: Annotated[int, Meta(description="stop when this is no longer our parent")] = 0

    def fault(self) -> str | None:
        """What is wrong with the settings as a whole, as a sentence that says what to do; None when nothing is.

        Nothing here asks who is reading yet, so only this machine may, unless the operator says otherwise.
        """
        if self.allow_open_reads or is_loopback(self.tariffs_host):
            return None
        return (
            f"BLOC_TARIFFS_HOST is {self.tariffs_host}: everybody who reaches this address could read everything. "
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
