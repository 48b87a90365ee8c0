"""What an operator can set, each by an environment variable `BLOC_<NAME>` or a file named by `BLOC_<NAME>_FILE`."""

from typing import Annotated

from msgspec import Meta, Struct

from contracts.identity.keys import KeyFault, SigningKey
from contracts.limits import STATE_HASH_ENTRIES, STATE_HASH_SECONDS
from services.serving.listening import fault_of_open_reads


class Settings(Struct, frozen=True):
    """Settings of the tariffs service. `tariffs_key` is its one secret, and comes from a file (PEM, PKCS8)."""

    nats_url: Annotated[
        str,
        Meta(description="NATS with user and password", examples=["nats://tariffs:secret@127.0.0.1:4222"]),
    ]
    ledger_url: Annotated[
        str, Meta(description="where the ledger answers over HTTP", examples=["http://127.0.0.1:8081"])
    ]
    origin: Annotated[str, Meta(description="name of the ledger, `aud` of every signature")]
    trust_anchor: Annotated[str, Meta(description="thumbprint of the secretariat's founding key")]
    tariffs_key: Annotated[str, Meta(description="the service's own signing key as PEM")]
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

    def faults(self) -> list[str]:
        """What is wrong with the settings as a whole, each as a sentence that says what to do."""
        open_reads = fault_of_open_reads(
            "BLOC_TARIFFS_HOST", self.tariffs_host, allowed=self.allow_open_reads
        )
        return [fault for fault in (open_reads, self._key_fault()) if fault]

    @property
    def signing_key(self) -> SigningKey:
        """The service's own key. Raises KeyFault."""
        return SigningKey.from_pem(self.tariffs_key)

    def _key_fault(self) -> str:
        try:
            SigningKey.from_pem(self.tariffs_key)
        except KeyFault as fault:
            return f"BLOC_TARIFFS_KEY cannot be used: {fault}."
        return ""
