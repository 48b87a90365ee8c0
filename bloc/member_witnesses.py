"""The witnesses that `bloc up` and the demo start beside the ledger, one process for each member state.

In earnest a witness runs at a member state, on a machine that the ledger's operator cannot enter. Here they share
one machine, and show everything but that. Each has a folder of its own, with its key, its store and nothing of the
ledger's; the policy is all that they have in common.
"""

from pathlib import Path

from bloc.embedded.ports import LOOPBACK, free_port
from bloc.embedded.services import Service
from bloc.keyfiles import ensure_key_file
from bloc.policy import member_witness, members_of, witness_name
from contracts.tlog.policy import PolicyWitness


class MemberWitness:
    """One witness: `server` to start and stop, `entry` as the policy names it. A free port for every start."""

    def __init__(self, member: str, folder: Path, logs: Path, policy: Path) -> None:
        self.member = member
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        pem = folder / "key.pem"
        self.entry: PolicyWitness = member_witness(member, ensure_key_file(pem), url)
        self.server = Service(f"witness-{member}", "bloc.witness", url, logs)
        self.server.settings = {
            "BLOC_WITNESS_NAME": witness_name(member),
            "BLOC_WITNESS_KEY_FILE": str(pem),
            "BLOC_WITNESS_STORE": str(folder / "witness.sqlite"),
            "BLOC_WITNESS_POLICY_FILE": str(policy),
            "BLOC_WITNESS_HOST": LOOPBACK,
            "BLOC_WITNESS_PORT": str(port),
        }


def member_witnesses(count: int, folder: Path, logs: Path, policy: Path) -> tuple[MemberWitness, ...]:
    """The first `count` member states' witnesses, each in a folder below `folder`; none is started yet."""
    members = members_of(count)
    return tuple(MemberWitness(member, folder / member, logs, policy) for member in members)
