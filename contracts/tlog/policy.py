"""The trust policy (C2SP tlog-policy): which logs somebody believes, and how many witnesses it takes.

A plain file that an auditor writes and keeps. Everything that a verifier says depends on it, so it is read
strictly and an error is named by its line. A group refers only to names above it; that rules out circles
and makes the quorum one pass over the groups in their order.
"""

import re
from collections.abc import Collection

from msgspec import Struct

from contracts.limits import POLICY_CHARACTERS_MAX
from contracts.tlog.checkpoints import Checkpoint, parse_signed_checkpoint
from contracts.tlog.encoding import read_decimal
from contracts.tlog.notes import (
    COSIGNATURE_V1,
    ED25519,
    NoteFault,
    NoteKey,
    parse_vkey,
    verify_note,
)

NO_QUORUM = "none"
"""The quorum of a policy that asks for no witness."""

# Tab and line feed are the only control characters. Beyond ASCII all are opaque, but UTF-8 must hold them.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t]+")


class PolicyFault(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a text is no policy; `line` counts from 1, 0 is the text as a whole."""

    line: int
    reason: str


class PolicyLog(Struct, frozen=True, forbid_unknown_fields=True):
    """A log that is believed: the name of its key is its origin. Several may share one, old key and new."""

    key: NoteKey
    url: str | None = None


class PolicyWitness(Struct, frozen=True, forbid_unknown_fields=True):
    """A witness, by the name that groups use; `url` is where it takes checkpoints (submission prefix)."""

    name: str
    key: NoteKey
    url: str | None = None


class PolicyGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """Witnesses and groups defined earlier, of which at least `threshold` must have cosigned."""

    name: str
    threshold: int
    members: tuple[str, ...]


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """Logs, witnesses, groups in the order of their definition, and the name that makes the quorum."""

    logs: tuple[PolicyLog, ...] = ()
    witnesses: tuple[PolicyWitness, ...] = ()
    groups: tuple[PolicyGroup, ...] = ()
    quorum: str = NO_QUORUM

    def log_keys(self, origin: str) -> tuple[NoteKey, ...]:
        """The keys that may sign for a log of this origin; () when the policy does not know it."""
        return tuple(log.key for log in self.logs if log.key.name == origin)

    def witness_keys(self) -> tuple[NoteKey, ...]:
        """The keys of all witnesses, in their order."""
        return tuple(witness.key for witness in self.witnesses)

    def satisfied_by(self, keys: Collection[NoteKey]) -> bool:
        """Whether cosignatures of these witness keys make the quorum."""
        if self.quorum == NO_QUORUM:
            return True
        met = {witness.name for witness in self.witnesses if witness.key in keys}
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met


class Accepted(Struct, frozen=True, forbid_unknown_fields=True):
    """A checkpoint that a believed log signed: by which keys, cosigned by which witnesses (policy names)."""

    checkpoint: Checkpoint
    log_keys: tuple[NoteKey, ...]
    witnesses: tuple[str, ...]
    quorum: bool


def check_note(policy: Policy, raw: bytes) -> Accepted | NoteFault:
    """Check a signed checkpoint against a policy: a log of the policy must have signed it under its origin.

    A signature of a known key that does not verify voids the note. A missing quorum is no fault here.
    """
    read = parse_signed_checkpoint(raw)
    if isinstance(read, NoteFault):
        return read
    note, checkpoint = read
    logs = policy.log_keys(checkpoint.origin)
    if not logs:
        return NoteFault(f"the policy knows no log of the origin {checkpoint.origin}")
    signed = verify_note(note, (*logs, *policy.witness_keys()))
    if isinstance(signed, NoteFault):
        return signed
    log_keys = tuple(key for key in signed if key in logs)
    if not log_keys:
        return NoteFault(f"no key that the policy names for {checkpoint.origin} has signed the checkpoint")
    witnesses = tuple(witness.name for witness in policy.witnesses if witness.key in signed)
    return Accepted(checkpoint, log_keys, witnesses, policy.satisfied_by(signed))


def parse_policy(text: str) -> Policy | PolicyFault:
    """Read a policy. The first line that is wrong is named."""
    if len(text) > POLICY_CHARACTERS_MAX:
        return PolicyFault(0, f"the policy has {len(text)} characters, the limit is {POLICY_CHARACTERS_MAX}")
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), start=1):
        if (fault := reading.take(line)) is not None:
            return PolicyFault(number, fault)
    if reading.quorum is None:
        return PolicyFault(0, "the policy has no quorum line; one that needs no witness says `quorum none`")
    return Policy(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


class _Reading:
    """A policy as far as it has been read; every method gives the fault of its line, or None."""

    def __init__(self) -> None:
        self.logs: list[PolicyLog] = []
        self.witnesses: list[PolicyWitness] = []
        self.groups: list[PolicyGroup] = []
        self.quorum: str | None = None
        self._free: dict[str, bool] = {}  # defined names; False once a group has the name as a member

    def take(self, line: str) -> str | None:
        """Read one line."""
        if _FORBIDDEN.search(line) is not None:
            return "control characters other than tab and line feed are not allowed"
        items = [item for item in _BLANKS.split(line) if item]
        if not items or items[0].startswith("#"):
            return None
        match items:
            case ["log", vkey] | ["log", vkey, _]:
                return self._log(vkey, items[2] if len(items) > 2 else None)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                return self._define(name) or self._witness(name, vkey, items[3] if len(items) > 3 else None)
            case ["group", name, threshold, *members] if members:
                return self._group(name, threshold, members) or self._define(name)
            case ["quorum", name]:
                return self._set_quorum(name)
            case _:
                return (
                    "a line is `log <vkey> [url]`, `witness <name> <vkey> [url]`, "
                    "`group <name> <all|any|k> <names…>` or `quorum <name|none>`"
                )

    def _define(self, name: str) -> str | None:
        if name == NO_QUORUM or name in self._free:
            return f"the name {name} is taken"
        self._free[name] = True
        return None

    def _log(self, vkey: str, url: str | None) -> str | None:
        key = parse_vkey(vkey)
        if isinstance(key, NoteFault):
            return key.reason
        if key.algorithm != ED25519:
            return "the key of a log has the type 0x01 (Ed25519)"
        if any(log.key.key == key.key for log in self.logs):
            return "this key stands in another log line already"
        self.logs.append(PolicyLog(key, url))
        return None

    def _witness(self, name: str, vkey: str, url: str | None) -> str | None:
        key = parse_vkey(vkey)
        if isinstance(key, NoteFault):
            return key.reason
        if key.algorithm != COSIGNATURE_V1:
            return "the key of a witness has the type 0x04 (cosignature/v1)"
        if any(witness.key.key == key.key for witness in self.witnesses):
            return "this key stands in another witness line already"
        self.witnesses.append(PolicyWitness(name, key, url))
        return None

    def _group(self, name: str, threshold: str, members: list[str]) -> str | None:
        for member in members:
            if member not in self._free:
                return f"{member} is not defined above"
            if not self._free[member]:
                return f"{member} is a member of a group already; each name counts once"
            self._free[member] = False
        number = {"any": 1, "all": len(members)}.get(threshold) or read_decimal(threshold)
        if number is None or not 1 <= number <= len(members):
            return f"the group needs all, any, or a number from 1 to {len(members)}, not {threshold}"
        self.groups.append(PolicyGroup(name, number, tuple(members)))
        return None

    def _set_quorum(self, name: str) -> str | None:
        if self.quorum is not None:
            return "the quorum is set already; there is exactly one quorum line"
        if name != NO_QUORUM and name not in self._free:
            return f"{name} is not defined above"
        self.quorum = name
        return None


def write_policy(policy: Policy) -> str:
    """Write a policy in one fixed way. Raises ValueError for one that `parse_policy` would not give."""
    lines = [_join("log", log.key.vkey, log.url) for log in policy.logs]
    lines += [_join("witness", one.name, one.key.vkey, one.url) for one in policy.witnesses]
    lines += [_join("group", one.name, str(one.threshold), *one.members) for one in policy.groups]
    lines.append(_join("quorum", policy.quorum))
    text = "".join(lines)
    if (read := parse_policy(text)) != policy:
        raise ValueError(f"this is no policy that could be written down: {read}")
    return text


def _join(*items: str | None) -> str:
    return " ".join(item for item in items if item is not None) + "\n"
