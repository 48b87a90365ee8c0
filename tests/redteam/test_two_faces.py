"""An operator who shows one thing to one reader and another to the next: histories, tiles, checkpoints, whole blocs.

None of this needs an edited database; it needs two. What one reader alone cannot see is said as plainly as what he can,
since he is told here whom to ask.
"""

from collections.abc import Mapping
from random import Random

import pytest
from msgspec.structs import replace

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, NoteKey, sign_note
from contracts.tlog.policy import Policy, PolicyLog
from contracts.verification.report import FAULTY, INCOMPLETE, NO_QUORUM, VERIFIED
from tests.ledger.drafting import LEDGER, ORIGIN, Drafter, founded, key_of
from tests.ledger.record import Record
from tests.redteam.auditing import Bench, Knowing
from tests.redteam.judging import LOG, read_note
from tests.redteam.kinds import KINDS, Kind, Leaves
from tests.redteam.recording import LOG_KEYS
from tests.redteam.rewriting import Operator
from tests.verification.checking import verified, verified_at
from tests.verification.published import files_of
from tests.verification.web import Answer, serving

SILENT = [kind for kind in KINDS if kind.leaves is Leaves.NOTHING]
NOBODY_BESIDE_THE_LOG = Policy(logs=tuple(PolicyLog(key) for key in LOG))
"""An auditor who believes the log and asks for no witness."""


async def second_history(bench: Bench, kind: Kind, seed: str = "other") -> dict[str, bytes]:
    """What is served of another history, in order in itself and signed by the log."""
    edit = kind.edit(bench.scene(f"{kind.name}-{seed}"))
    return await bench.served(await bench.apply(edit, Operator.SIGNS))


@pytest.mark.parametrize("kind", SILENT, ids=lambda kind: kind.name)
async def test_two_auditors_who_compare_their_checkpoints_find_two_histories(
    bench: Bench, kind: Kind
) -> None:
    """Each verifies what he was shown and finds nothing; each finds the other's checkpoint violated."""
    one = await bench.served(bench.signed)
    other = await second_history(bench, kind)
    for mine, theirs in ((one, other), (other, one)):
        assert verified(mine, by=NOBODY_BESIDE_THE_LOG).status == VERIFIED
        report = verified(mine, by=NOBODY_BESIDE_THE_LOG, older=[("a colleague's", theirs["checkpoint"])])
        assert_contradiction(kind, mine, theirs, report.status, report.fault and report.fault.field)


def assert_contradiction(
    kind: Kind, mine: Mapping[str, bytes], theirs: Mapping[str, bytes], status: int, field: str | None
) -> None:
    """A history that is only longer than the other contradicts nothing, seen from its own side."""
    mine_size, their_size = (read_note(files["checkpoint"])[1].size for files in (mine, theirs))
    if kind.name == "tail_cut" and their_size < mine_size:
        assert status == VERIFIED
    else:
        assert (status, field) == (FAULTY, "a colleague's")


@pytest.mark.parametrize("seed", range(40))
async def test_tiles_of_one_history_and_entries_of_another_do_not_go_together(
    bench: Bench, seed: int
) -> None:
    """Each file is taken from one of two sound histories, and the checkpoint too: only what is all of the cosigned
    one, in every file that differs, is verified."""
    rng = Random(seed)
    one = await bench.served(bench.cosigned)
    name = rng.choice(("time_of_a_draft", "decision_made_anew", "derived_made_anew"))
    kind = next(kind for kind in SILENT if kind.name == name)
    await bench.apply(kind.edit(bench.scene(f"mixed-{seed}")), Operator.SIGNS)
    other = await bench.served(bench.cosigned)
    mixed = {path: rng.choice((one, other))[path] for path in one}
    report = bench.audited(mixed, Knowing(checkpoint=False))
    if mixed == one:
        assert report.status == VERIFIED
    elif mixed == other:
        assert report.status == NO_QUORUM
    else:
        assert report.status == FAULTY
        assert report.fault is not None


def signed_by_log(size: int, root: bytes, origin: str = ORIGIN) -> bytes:
    """A checkpoint with the signatures of both keys of the log."""
    body = Checkpoint(origin, size, root).body
    return Note(body, tuple(sign_note(body, origin, key) for key in LOG_KEYS)).encode()


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "tile/1/000.p/1"])
async def test_a_server_that_changes_its_mind_between_two_answers_is_found(bench: Bench, path: str) -> None:
    """The first who asks for a file is given another history's; whatever is asked again is honest."""
    honest = await bench.served(bench.cosigned)
    kind = next(kind for kind in KINDS if kind.name == "time_from_a_draft_on")
    edit = kind.edit(bench.scene("changes its mind"))
    await bench.apply(edit, Operator.SIGNS)
    other = await bench.served(bench.cosigned)
    assert edit.first < 256
    with serving(honest) as web:
        web.instead[path] = Answer(body=other[path], times=1)
        report = verified_at(web.url, by=bench.recorded.policy)
        assert report.status == FAULTY
        assert report.fault is not None
        assert report.fault.position == (0 if path.startswith("tile/1") else edit.first)
        assert verified_at(web.url, by=bench.recorded.policy).status == VERIFIED


async def test_an_old_checkpoint_shown_as_the_newest_is_found_by_whoever_holds_a_newer_one(
    bench: Bench,
) -> None:
    """Cosigned, in order, and old: who holds nothing newer is told its size and when it was cosigned, no more."""
    old = await bench.served(bench.kept)
    report = bench.audited(old, Knowing(checkpoint=False))
    assert (report.status, report.size, report.entries) == (VERIFIED, bench.kept, bench.kept)
    assert report.checkpoints[0].cosigned_at > 0
    assert report.recorded_at < "9999"
    newer = [("newer", bench.recorded.cosigned), ("a receipt's", bench.recorded.signed)]
    fault = verified(old, by=bench.recorded.policy, older=newer).fault
    assert fault is not None
    assert (fault.field, fault.size) == ("newer", bench.cosigned)


async def test_an_empty_record_shown_in_place_of_a_full_one_is_found(bench: Bench) -> None:
    """Size 0, truly signed by the log; and a size that no ledger has reached, of which nothing can be had."""
    empty = {"checkpoint": signed_by_log(0, Record().state.frontier.root())}
    report = bench.audited(empty)
    assert report.status == FAULTY
    assert bench.audited(empty, Knowing(checkpoint=False)).status == NO_QUORUM
    served = await bench.served(bench.cosigned)
    endless = bench.audited(served | {"checkpoint": signed_by_log(2**62, bytes(32))})
    assert endless.status in (FAULTY, INCOMPLETE)


@pytest.mark.parametrize(
    "origin", ["bloc.example/ledger2", "bloc.example", "BLOC.example/ledger", "other.example/l"]
)
async def test_a_checkpoint_of_another_origin_is_refused(bench: Bench, origin: str) -> None:
    """Signed by the same keys, over the same tree: another ledger all the same. Without a policy the founding says
    which ledger it founded; as one of the auditor's own it accuses nobody."""
    served = await bench.served(bench.cosigned)
    foreign = signed_by_log(bench.cosigned, read_note(served["checkpoint"])[1].root, origin)
    fault = bench.audited(served | {"checkpoint": foreign}).fault
    assert fault is not None
    assert fault.field == "checkpoint"
    alone = verified(served | {"checkpoint": foreign}, by=None)
    assert alone.status == FAULTY
    held = verified(served, by=bench.recorded.policy, older=[("kept", foreign)])
    assert (held.status, held.fault) == (2, None)


async def test_a_whole_bloc_that_was_made_up_is_found_by_its_founding_key_its_witnesses_or_an_old_checkpoint(
    bench: Bench,
) -> None:
    """Every party made up, every key the operator's, every rule kept, and the log's own true key under it. He who knows
    nothing of the bloc but its name and its log is told the founding key, and to compare it."""
    record = Record(anchor=key_of("made up").kid)
    assert record.take(made_up(Drafter())).outcome == "recorded"
    files = files_of(record.entries, key=LEDGER, witnesses=())
    ignorant = verified(files, by=NOBODY_BESIDE_THE_LOG, anchor=None)
    assert (ignorant.status, ignorant.anchor, ignorant.anchor_compared) == (
        VERIFIED,
        key_of("made up").kid,
        False,
    )
    by_anchor = verified(files, by=NOBODY_BESIDE_THE_LOG).fault
    assert by_anchor is not None
    assert by_anchor.position == 0
    assert verified(files, by=bench.recorded.policy, anchor=None).status == NO_QUORUM
    kept = [("kept", bench.recorded.kept)]
    assert verified(files, by=NOBODY_BESIDE_THE_LOG, anchor=None, older=kept).status == FAULTY


def made_up(drafter: Drafter) -> bytes:
    """A founding by somebody else, which names the log's true key as its own ledger's."""
    operator = key_of("made up")
    return drafter.draft(
        [founded(drafter.number(), secretariat=operator)], key=operator, party="bloc.secretariat"
    )


async def test_a_witness_that_the_policy_does_not_name_counts_for_nothing(bench: Bench) -> None:
    """A policy with one witness more needs one cosignature more; the served ones are counted by the reader's policy."""
    served = await bench.served(bench.cosigned)
    policy = bench.recorded.policy
    strict = replace(policy, groups=(replace(policy.groups[0], threshold=3),))
    assert verified(served, by=strict).status == VERIFIED
    strangers = tuple(
        replace(one, key=NoteKey.of(one.key.name, key_of(one.name).verifying, one.key.algorithm))
        for one in policy.witnesses
    )
    assert verified(served, by=replace(policy, witnesses=strangers)).status == NO_QUORUM
