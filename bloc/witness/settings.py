"""What an operator of a witness can set, each by an environment variable or a file named by `<NAME>_FILE`."""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from bloc.witness.domain.judging import Logs
from contracts.identity.keys import KeyFault, SigningKey
from contracts.limits import ORIGIN_CHARACTERS_MAX
from contracts.tlog.notes import NoteKey, is_key_name
from contracts.tlog.policy import PolicyFault, parse_policy

NO_QUORUM_LINE = "quorum none"


class Settings(Struct, frozen=True, rename=lambda field: f"BLOC_{field.upper()}"):
    """Settings of a witness. It answers everybody who can reach it: that is what a witness is for."""

    witness_name: Annotated[
        str,
        Meta(
            description="name of the witness, a URL without scheme",
            examples=["us.example/witness"],
            min_length=1,
            max_length=ORIGIN_CHARACTERS_MAX,
        ),
    ]
    witness_key: Annotated[str, Meta(description="its private key (PEM), of which nothing else makes use")]
    witness_store: Annotated[Path, Meta(description="its SQLite file, made by `bloc witness new`")]
    witness_policy: Annotated[
        str, Meta(description="the logs it follows, a line `log <verifier key>` for each key")
    ]
    witness_host: Annotated[str, Meta(description="address to listen on")] = "127.0.0.1"
    witness_port: Annotated[int, Meta(ge=1, le=65_535, description="port to listen on")] = 8090
    parent_pid: Annotated[int, Meta(description="stop when this is no longer our parent")] = 0


class Identity(Struct, frozen=True):
    """What the settings name: whom this witness signs as, and whom it follows."""

    key: SigningKey
    logs: Logs


def identity_of(settings: Settings) -> Identity | list[str]:
    """Read the key and the policy, or give every fault as a sentence that says what to do."""
    faults: list[str] = []
    if not is_key_name(settings.witness_name):
        faults.append(
            "BLOC_WITNESS_NAME cannot name a key: spaces, + and control characters are out; "
            "take a URL without scheme, like us.example/witness."
        )
    key = None
    try:
        key = SigningKey.from_pem(settings.witness_key)
    except KeyFault as fault:
        faults.append(f"BLOC_WITNESS_KEY cannot be used: {fault}.")
    logs = read_logs(settings.witness_policy)
    if isinstance(logs, str):
        faults.append(f"BLOC_WITNESS_POLICY cannot be used: {logs}.")
    elif key is not None and any(key.verifying == one.key for keys in logs.values() for one in keys):
        faults.append(
            "BLOC_WITNESS_KEY is also the key of a log in BLOC_WITNESS_POLICY: "
            "a witness needs a key of its own, make one with `bloc witness new`."
        )
    if key is None or isinstance(logs, str) or faults:
        return faults
    return Identity(key, logs)


def read_logs(text: str) -> Logs | str:
    """The logs of a policy (C2SP tlog-policy) by origin, or what is wrong with it.

    A witness follows logs and asks for no quorum, so the quorum line may be left out; the policy of a verifier, with
    witnesses and groups, serves as it is.
    """
    has_quorum = any(line.split()[:1] == ["quorum"] for line in text.splitlines())
    policy = parse_policy(text if has_quorum else f"{text.rstrip()}\n{NO_QUORUM_LINE}\n")
    if isinstance(policy, PolicyFault):
        return f"line {policy.line}: {policy.reason}" if policy.line else policy.reason
    logs: dict[str, tuple[NoteKey, ...]] = {}
    for log in policy.logs:
        logs[log.key.name] = (*logs.get(log.key.name, ()), log.key)
    return logs or "it names no log: a line `log <verifier key>` for each key"
