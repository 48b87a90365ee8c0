"""After the questions: what an outsider can check, and what an operator cannot do.

All of it is done from outside, with files: the policy, a checkpoint, a proof, the entries' bytes. The forgery is a
real one, made with everything that the operator has, his signing key included; only that no database is changed for
it, because a witness would refuse a changed one in the same way.
"""

import asyncio
from hashlib import sha256
from time import perf_counter

import httpx
import msgspec
from msgspec import Struct
from rich.table import Table

from bloc.checkpoint_keys import LEDGER
from bloc.client import Bloc
from bloc.demo import tables
from bloc.demo.play import DutyRecorded
from bloc.keyfiles import load_key
from bloc.stack import Stack
from bloc.trouble import Trouble
from bloc.verifying.holding import Held, hold
from bloc.verifying.record import RecordVerification
from bloc.verifying.sources import open_source
from bloc.witness.domain.accusing import Accusation, Verdict, check_accusation
from contracts.identity.keys import SigningKey
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.checkpoints import Checkpoint, parse_checkpoint
from contracts.tlog.encoding import base64
from contracts.tlog.notes import Note, NoteFault, parse_note, sign_note
from contracts.tlog.policy import Accepted, Policy, PolicyFault, PolicyWitness, check_note, parse_policy
from contracts.tlog.proof_files import parse_proof_file, verify_proof_file
from contracts.tlog.tree import Frontier, leaf_hash
from contracts.verification.report import VERIFIED, Report

COSIGNED_WITHIN_SECONDS = 10
SHOWN_CHARACTERS = 16
"""Of a hash or a long id, enough to compare by eye."""


class _Accusations(Struct):
    accusations: tuple[Accusation, ...]


async def shown(stack: Stack, bloc: Bloc, duty: DutyRecorded) -> list[Table]:
    """Check everything, forge a history, and return the tables to show."""
    policy = _policy(stack)
    entries = [entry async for entry in bloc.entries()]
    async with httpx.AsyncClient(timeout=COSIGNED_WITHIN_SECONDS + 5, trust_env=False) as client:
        newest = await _proof(client, stack, len(entries) - 1, entries, policy)
        one = await _proof(client, stack, duty.position, entries, policy)
        rows = [*_checkpoint_rows(newest, policy), _proof_row(duty, one)]
        rows.append(await asyncio.to_thread(_verified_row, stack, policy))
        found = [tables.facts("Proofs, checked from outside", rows)]
        if policy.witnesses:
            found.append(await _forgery(client, stack, policy, entries, duty))
    return found


class _Proven(Struct, frozen=True):
    """A proof file that was checked offline."""

    hashes: int
    accepted: Accepted


def _policy(stack: Stack) -> Policy:
    policy = parse_policy(stack.policy_file.read_text("utf-8"))
    if isinstance(policy, PolicyFault):
        raise _defect(f"The policy is none: {policy.reason}")
    return policy


async def _proof(
    client: httpx.AsyncClient, stack: Stack, position: int, entries: list[bytes], policy: Policy
) -> _Proven:
    """Fetch the proof file of an entry, then verify it with nothing but the entry's bytes and the policy."""
    wanted = {"cosigned": "true", "wait": COSIGNED_WITHIN_SECONDS}
    answer = await client.get(f"{stack.ledger_url}/entries/{position}/proof", params=wanted)
    if not answer.is_success:
        raise _defect(f"The proof of entry {position} was answered {answer.status_code}: {answer.text}")
    file = parse_proof_file(answer.content)
    if isinstance(file, NoteFault):
        raise _defect(f"The proof of entry {position} is none: {file.reason}")
    accepted = verify_proof_file(file, entries[position], policy)
    if not isinstance(accepted, Accepted):
        raise _defect(f"The proof of entry {position} does not hold: {accepted.reason}")
    if not accepted.quorum:
        raise _defect(f"Too few witnesses have cosigned the proof of entry {position}: {accepted.witnesses}")
    return _Proven(len(file.proof), accepted)


def _checkpoint_rows(proven: _Proven, policy: Policy) -> list[tuple[str, str]]:
    checkpoint, cosigned = proven.accepted.checkpoint, proven.accepted.witnesses
    quorum = next((f"{one.threshold} of {len(one.members)}" for one in policy.groups), "no witness")
    return [
        (
            "newest checkpoint",
            f"{checkpoint.size} entries, root {_short(base64(checkpoint.root))}, signed by {checkpoint.origin}",
        ),
        ("cosigned by", f"{', '.join(cosigned) or 'nobody'}; the policy asks for {quorum}"),
    ]


def _proof_row(duty: DutyRecorded, proven: _Proven) -> tuple[str, str]:
    return (
        f"proof of the duty of {duty.expected.example}",
        f"entry {duty.position} is under that root by {proven.hashes} hashes: checked offline, asking nobody",
    )


def _verified_row(stack: Stack, policy: Policy) -> tuple[str, str]:
    """What `bloc verify` does: every byte of the record, from the ledger's public addresses."""
    began = perf_counter()
    report = _verify(stack, policy)
    if report.status != VERIFIED:
        raise _defect(f"bloc verify answers {report.status}: {report.fault or report.missing}")
    text = (
        f"all {report.entries} entries in {report.drafts} drafts, recomputed from their bytes: tree, signatures, "
        f"versions, quorum; {perf_counter() - began:.1f} s"
    )
    return "bloc verify", text


def _verify(stack: Stack, policy: Policy) -> Report:
    source = open_source(stack.ledger_url)
    try:
        held = hold(stack.ledger_url, source, policy=policy, origin=stack.origin, older=[], copy="")
        if not isinstance(held, Held):
            return held.report(stack.origin)
        return RecordVerification(source, held, stack.trust_anchor, workers=0).run(_tell_nobody)
    finally:
        source.close()


def _tell_nobody(done: int, size: int) -> None:
    del done, size


async def _forgery(
    client: httpx.AsyncClient, stack: Stack, policy: Policy, entries: list[bytes], duty: DutyRecorded
) -> Table:
    """The operator changes one duty, hashes the tree again, signs with the ledger's own key, and asks his witnesses
    for cosignatures."""
    forged = list(entries)
    forged[duty.position] = entries[duty.position].replace(
        f'"total":"{duty.total}"'.encode(), b'"total":"0.01"'
    )
    if forged == entries:
        raise _defect(f"Entry {duty.position} does not hold a total of {duty.total}")
    leaves = [leaf_hash(entry) for entry in forged]
    key = load_key(stack.keys_folder, LEDGER)
    does = (
        f"turns the duty of {duty.expected.example} from {duty.total} into 0.01, hashes everything again, "
        "signs with the ledger's own key"
    )
    answers = [
        (f"witness {witness.name}", await _present(client, stack.origin, policy, witness, leaves, key))
        for witness in policy.witnesses
    ]
    comes_to = "the signature is genuine and the quorum is missing: no auditor with this policy accepts it"
    return tables.facts("A forged history", [("the operator", does), *answers, ("what he has", comes_to)])


async def _present(
    client: httpx.AsyncClient,
    origin: str,
    policy: Policy,
    witness: PolicyWitness,
    leaves: list[bytes],
    key: SigningKey,
) -> str:
    """Show a witness the forged tree at the size that it knows; it must refuse and keep what convicts the log."""
    size = await _size_held(client, origin, witness)
    body = Checkpoint(origin, size, Frontier().append(leaves[:size]).root()).body
    note = Note(body, (sign_note(body, origin, key),)).encode()
    judged = check_note(policy, note)
    if not isinstance(judged, Accepted) or judged.quorum:
        raise _defect(f"A forged checkpoint is not taken for what it is: {judged}")
    answer = await client.post(
        f"{witness.url}/add-checkpoint", content=AddCheckpoint(size, (), note).encode()
    )
    if answer.is_success:
        raise _defect(f"The witness {witness.name} cosigned a forged history")
    kept = msgspec.json.decode((await client.get(f"{witness.url}/accusations")).content, type=_Accusations)
    accusation = next((one for one in kept.accusations if one.second.encode() == note), None)
    verdict = None if accusation is None else check_accusation(accusation, policy.log_keys(origin))
    if accusation is None or not isinstance(verdict, Verdict) or not verdict.proven:
        raise _defect(f"The witness {witness.name} keeps no accusation that convicts the log")
    return f"refuses ({answer.status_code}) and keeps both signed notes: accusation {_short(accusation.id)}"


async def _size_held(client: httpx.AsyncClient, origin: str, witness: PolicyWitness) -> int:
    answer = await client.get(f"{witness.url}/{sha256(origin.encode()).hexdigest()}/checkpoint")
    note = parse_note(answer.content)
    checkpoint = note if isinstance(note, NoteFault) else parse_checkpoint(note.body)
    if isinstance(checkpoint, NoteFault):
        raise _defect(f"The witness {witness.name} shows no checkpoint: {checkpoint.reason}")
    return checkpoint.size


def _short(text: str) -> str:
    return f"{text[:SHOWN_CHARACTERS]}…"


def _defect(what: str) -> Trouble:
    return Trouble(f"{what}.", "This is a defect; please report it.")
