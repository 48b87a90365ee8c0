"""More than a thousand random edits of a recorded ledger, each audited by somebody who holds one older checkpoint.

An edit is its kind, its operator and a seed, so one of them is tried again by its name:
`pytest "tests/redteam/test_random_edits.py::test_an_edit_is_found[tail_cut-signs-3]"`. BLOC_REDTEAM_SEEDS=100:200 asks
for other seeds, for whoever has more time than a build.
"""

import os

import pytest
from msgspec.structs import replace

from contracts.tlog.notes import parse_note
from contracts.verification.report import FAULTY, NO_QUORUM
from tests.redteam.auditing import Bench, Knowing
from tests.redteam.expecting import KEPT, complaint, expect
from tests.redteam.judging import judged
from tests.redteam.kinds import KINDS, Kind, keeps_to
from tests.redteam.mixing import mixture
from tests.redteam.rewriting import Operator
from tests.redteam.scene import Edit

_FIRST, _, _END = os.environ.get("BLOC_REDTEAM_SEEDS", "").partition(":")
SEEDS = range(int(_FIRST or 0), int(_END or 5))
MIXTURES = range(SEEDS.start, SEEDS.start + 8 * len(SEEDS))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_an_edit_is_found(bench: Bench, kind: Kind, operator: Operator, seed: int) -> None:
    """And named by its position, the oldest violated checkpoint, or the missing quorum, as the table says."""
    edit = kind.edit(bench.scene(f"{kind.name}-{operator}-{seed}"))
    assert keeps_to(kind, edit), (edit.first, edit.evident)
    await attack(bench, edit, operator)


@pytest.mark.parametrize("seed", MIXTURES)
@pytest.mark.parametrize("operator", Operator)
async def test_a_mixture_of_edits_is_found(bench: Bench, operator: Operator, seed: int) -> None:
    """Several at once, in places of their own: the first of them that tells is named."""
    await attack(bench, mixture(bench.scene(f"mixture-{operator}-{seed}")), operator)


async def attack(bench: Bench, edit: Edit, operator: Operator) -> None:
    """Make the edit, have it audited, and ask those who know more where the auditor could not find or not place it."""
    size = await bench.apply(edit, operator)
    files = await bench.served(size)
    expected = expect(edit, operator, bench, size)
    report = bench.audited(files)
    assert complaint(expected, report) is None, (complaint(expected, report), expected, report, edit.evident)
    forged = operator in (Operator.SIGNS, Operator.COLLUDES)
    if report.fault is not None and report.fault.field == KEPT and edit.first < len(edit.entries):
        own = bench.audited(files, Knowing(copy=True)).fault
        assert own is not None
        assert own.position == edit.first, (own, edit.first)
    if forged and not expected.found and edit.first < bench.signed:
        # The tail behind the last cosigned size: nobody can tell but who has a receipt.
        assert (
            edit.first >= (bench.cosigned if operator is Operator.SIGNS else bench.kept) or not report.quorum
        )
        by_receipt = expect(edit, operator, bench, size, receipt=True)
        found = bench.audited(files, Knowing(receipt=True))
        assert found.status == FAULTY
        assert complaint(replace(by_receipt, quorum=expected.quorum), found) is None, (by_receipt, found)
    if operator is Operator.SIGNS and not expected.positions:
        alone = bench.audited(files, Knowing(checkpoint=False))
        assert alone.quorum is False
        assert alone.status in (FAULTY, NO_QUORUM)
    if forged:
        await judged(bench, edit, files["checkpoint"])
    assert "checkpoint" not in files or parse_note(files["checkpoint"]), "the served checkpoint is a note"
