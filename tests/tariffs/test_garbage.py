"""While a whole record is folded nobody looks for garbage, and afterwards it is as before, also when folding fails."""

import gc

import pytest

from services.tariffs.following.garbage import without_looks_for_garbage
from services.tariffs.following.recorded import BrokenHistory


@without_looks_for_garbage()
def fail() -> None:
    """Fold what is none."""
    assert not gc.isenabled()
    raise BrokenHistory("no entry")


def test_a_failing_fold_leaves_the_collector_on():
    """The service goes on after it has thrown a snapshot away."""
    with pytest.raises(BrokenHistory):
        fail()
    assert gc.isenabled()


def test_a_fold_within_another_does_not_turn_the_collector_on():
    """Only the outermost one knows how it was before."""
    with without_looks_for_garbage():
        with without_looks_for_garbage():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
