"""The witnesses that `bloc up` and the demo start beside the ledger, one process for each member state.

In earnest a witness runs at a member state, on a machine that the ledger's operator cannot enter. Here they share
one machine, and show everything but that. Each has a folder of its own, with its key, its store and nothing of the
ledger's; the policy is all that they have in common.
"""

from pathlib import Path
from time import time

from bloc.embedded.ports import LOOPBACK, free_port
from bloc.embedded.services import Service
from bloc.policy import members_of, witness_name
from bloc.trouble import Trouble
from bloc.witness.making import KEY_FILE, STORE_FILE, VKEY_FILE, new_witness
from contracts.tlog.notes import NoteFault, NoteKey, parse_vkey
from contracts.tlog.policy import PolicyWitness

WITNESS = "witness-"
"""How the name of a witness among the servers begins."""


class MemberWitness:
    """One witness: `server` to start and stop, `entry` as the policy names it. A free port for every start."""

    def __init__(self, member: str, folder: Path, logs: Path, policy: Path) -> None:
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        self.entry = PolicyWitness(member, ensure_witness(folder, member), url)
        self.server = Service(f"{WITNESS}{member}", "bloc.witness", url, logs)
        self.server.settings = {
            "BLOC_WITNESS_NAME": self.entry.key.name,
            "BLOC_WITNESS_KEY_FILE": str(folder / KEY_FILE),
            "BLOC_WITNESS_STORE": str(folder / STORE_FILE),
            "BLOC_WITNESS_POLICY_FILE": str(policy),
            "BLOC_WITNESS_HOST": LOOPBACK,
            "BLOC_WITNESS_PORT": str(port),
        }


def member_witnesses(count: int, folder: Path, logs: Path, policy: Path) -> tuple[MemberWitness, ...]:
    """The first `count` member states' witnesses, each in a folder below `folder`; none is started yet."""
    members = members_of(count)
    return tuple(MemberWitness(member, folder / member, logs, policy) for member in members)


def ensure_witness(folder: Path, member: str) -> NoteKey:
    """The verifier key of a member's witness; the witness is made in `folder` when there is none.

    A lost store is not made anew, here as anywhere: the witness will say so when it starts.
    """
    if not (folder / KEY_FILE).exists():
        # The key is made last: what lies here without one is the rest of a start that was cut off.
        for rest in (VKEY_FILE, STORE_FILE):
            (folder / rest).unlink(missing_ok=True)
        new_witness(folder, witness_name(member), made_at=int(time()))
    path = folder / VKEY_FILE
    key = parse_vkey(path.read_text("utf-8").strip())
    if isinstance(key, NoteFault):
        raise Trouble(f"{path} cannot be used: {key.reason}.", "Put back what `bloc witness new` wrote.")
    return key
