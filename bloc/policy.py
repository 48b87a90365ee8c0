"""The policy of a bloc: which keys its ledger signs checkpoints with, and how many of which witnesses must agree.

One text (C2SP tlog-policy) for three readers: the ledger learns where to send its checkpoints, a witness which log
it follows, and an auditor what he believes. Nothing in it is secret; the auditor's copy should come from somebody
else than the ledger's operator. The quorum is a majority of the witnesses, two of three: one of them may be down,
and one that lies is outvoted.
"""

from collections.abc import Sequence
from pathlib import Path

from bloc.trouble import Trouble
from contracts.identity.keys import VerifyingKey
from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import (
    NO_QUORUM,
    Policy,
    PolicyFault,
    PolicyGroup,
    PolicyLog,
    PolicyWitness,
    parse_policy,
    write_policy,
)

MEMBERS = ("us", "eu", "jp", "au", "kr", "ca", "gb")
"""The member states whose witnesses a development bloc or compose can start, in this order; illustrative."""
WITNESSES_DEFAULT = 3
_GROUP = "members"


def witness_name(member: str) -> str:
    """The key name of a member's witness: a URL without scheme, as C2SP signed-note recommends."""
    return f"{member}.example/witness"


def policy_of(origin: str, log_keys: Sequence[VerifyingKey], witnesses: Sequence[PolicyWitness]) -> Policy:
    """The policy for a ledger with these keys, the one in force first; quorum: a majority of the witnesses."""
    logs = tuple(PolicyLog(NoteKey.of(origin, key)) for key in log_keys)
    if not witnesses:
        return Policy(logs, quorum=NO_QUORUM)
    members = PolicyGroup(_GROUP, len(witnesses) // 2 + 1, tuple(witness.name for witness in witnesses))
    return Policy(logs, tuple(witnesses), (members,), _GROUP)


def members_of(count: int) -> tuple[str, ...]:
    """The first `count` member states with a witness. Raises Trouble when there are not so many."""
    if not 0 <= count <= len(MEMBERS):
        raise Trouble(f"There cannot be {count} witnesses.", f"Ask for 0 to {len(MEMBERS)} (--witnesses).")
    return MEMBERS[:count]


def write_policy_file(path: Path, policy: Policy) -> None:
    """Write the policy, whole or not at all, readable by everybody."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.write_text(write_policy(policy), encoding="utf-8")
    fresh.chmod(0o444)
    fresh.replace(path)


def policy_in(path: Path) -> tuple[bytes, Policy]:
    """The text of a policy file, and the policy. Raises Trouble when it is none."""
    try:
        text = path.read_bytes()
        policy = parse_policy(text.decode())
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(
            f"The policy {path} cannot be read: {error}.",
            "Name the trust policy of this ledger with --policy.",
        ) from error
    if isinstance(policy, PolicyFault):
        raise Trouble(f"{path} is no policy: line {policy.line}: {policy.reason}.", "Correct the policy.")
    return text, policy
