"""What an operator can set, each by an environment variable `BLOC_<NAME>` or a file named by `BLOC_<NAME>_FILE`."""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from contracts.identity.keys import KeyFault, SigningKey
from contracts.limits import ORIGIN_CHARACTERS_MAX
from contracts.tlog.policy import Policy, parse_policy
from services.serving.listening import fault_of_open_reads


class Settings(Struct, frozen=True):
    """Settings of the ledger service. `trust_anchor` is the one thing about public keys that is not in the record;
    `checkpoint_key` is the only secret by which the record is worth more than its bytes, and comes from a file."""

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
    checkpoint_key: Annotated[str, Meta(description="the key that signs checkpoints, as PEM")]
    checkpoint_store: Annotated[
        Path,
        Meta(
            description="folder outside the database for the last signed checkpoint",
            examples=["/var/lib/bloc/checkpoints"],
        ),
    ]
    next_checkpoint_key: Annotated[str, Meta(description="the key to rotate to, or from, as PEM")] = ""
    policy: Annotated[str, Meta(description="witnesses and their quorum, as a tlog-policy")] = ""
    ledger_host: Annotated[str, Meta(description="address to listen on")] = "127.0.0.1"
    ledger_port: Annotated[int, Meta(ge=1, le=65_535, description="port to listen on")] = 8081
    allow_open_reads: bool = False
    parent_pid: Annotated[int, Meta(description="stop when this is no longer our parent")] = 0

    def faults(self) -> list[str]:
        """What is wrong with the settings as a whole, each as a sentence that says what to do."""
        open_reads = fault_of_open_reads("BLOC_LEDGER_HOST", self.ledger_host, allowed=self.allow_open_reads)
        return [fault for fault in (open_reads, *self._key_faults(), self._policy_fault()) if fault]

    @property
    def checkpoint_keys(self) -> tuple[SigningKey, ...]:
        """The keys that may sign checkpoints; which of them must is for the record to say. Raises KeyFault."""
        pems = (self.checkpoint_key, self.next_checkpoint_key)
        return tuple(SigningKey.from_pem(pem) for pem in pems if pem)

    @property
    def witness_policy(self) -> Policy | None:
        """The policy, None when there is none."""
        policy = parse_policy(self.policy)
        return policy if self.policy and isinstance(policy, Policy) else None

    def _key_faults(self) -> list[str]:
        faults: list[str] = []
        for name in ("checkpoint_key", "next_checkpoint_key"):
            try:
                if pem := getattr(self, name):
                    SigningKey.from_pem(pem)
            except KeyFault as fault:
                faults.append(f"BLOC_{name.upper()} cannot be used: {fault}.")
        return faults

    def _policy_fault(self) -> str:
        policy = parse_policy(self.policy)
        if not self.policy:
            return ""
        if not isinstance(policy, Policy):
            return f"BLOC_POLICY cannot be used, line {policy.line}: {policy.reason}."
        names = [witness.key.name for witness in policy.witnesses]
        twice = next((name for name in names if names.count(name) > 1), None)
        # Cosignatures are kept by this name: of two keys under one name the second would never count.
        return f"BLOC_POLICY cannot be used: two witness lines have keys named {twice}." if twice else ""
