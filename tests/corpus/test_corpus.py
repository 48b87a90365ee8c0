"""Whatever any release ever recorded decodes, folds, verifies and audits in this one, and comes to the same numbers."""

from pathlib import Path

import msgspec
import pytest

from bloc.auditing.report import NO_FAULT
from bloc.auditing.running import Task, run
from bloc.history.replaying import replay
from bloc.history.sources import open_history
from bloc.verifying.holding import Held, hold
from bloc.verifying.record import RecordVerification
from bloc.verifying.sources import open_source
from contracts.body import digest_of
from contracts.decoding import Malformed, decode_event
from contracts.entry import event_of, receive_entry
from contracts.registry import EVENT_TYPES
from services.tariffs.following.recorded import event_in
from tests.corpus.keeping import Kept, all_kept, keep, known_of

RELEASES = all_kept()
BYTES_MAX = 300_000


class Typed(msgspec.Struct):
    """The type of an event, read by itself."""

    type: str


@pytest.fixture(params=RELEASES, ids=lambda kept: kept.folder.name)
def kept(request: pytest.FixtureRequest) -> Kept:
    """Each release in turn."""
    return request.param


def test_every_release_so_far_is_kept():
    """A release that is missing here may be forgotten by the next one."""
    assert [kept.folder.name for kept in RELEASES] == ["1-spine", "2-proofs", "3-law"]


def test_every_type_of_a_release_is_still_understood_strictly(kept: Kept):
    """A type is never taken away, and no payload grows stricter within its version."""
    assert kept.types
    for line in kept.types:
        event = decode_event(line)
        assert not isinstance(event, Malformed), (line[:300], event)
        assert event.type in EVENT_TYPES


def test_every_entry_of_a_release_decodes(kept: Kept):
    """Strictly, as if it were posted today, and as the fold reads it; both understand the same."""
    for line in kept.lines:
        raw = event_of(receive_entry(line))
        event = decode_event(raw)
        assert not isinstance(event, Malformed), (raw[:300], event)
        assert event_in(line) == event
        assert event.type == msgspec.json.decode(raw, type=Typed).type


def test_the_record_of_a_release_verifies(kept: Kept, tmp_path: Path):
    """Signatures, keys, decisions, versions, tree and checkpoint, by whoever comes later."""
    folder = kept.published(tmp_path)
    source = open_source(str(folder))
    held = hold(str(folder), source, policy=None, origin=None, older=(), copy="")
    assert isinstance(held, Held), held
    report = RecordVerification(source, held, None, workers=0).run(lambda _done, _total: None)
    assert (report.status, report.fault) == (0, None)
    assert held.served.checkpoint.root.hex() == kept.known.root
    assert held.served.checkpoint.size == kept.known.entries == len(kept.lines)


def test_the_state_of_a_release_has_the_hash_that_it_had(kept: Kept, tmp_path: Path):
    """A known answer: no refactoring, index or upcaster may change what was understood."""
    file = kept.unpacked(tmp_path)
    assert known_of(kept.known.release, file) == kept.known
    assert not replay(open_history(str(file)), None, lambda _: None).differs


def test_the_record_of_a_release_is_without_fault(kept: Kept, tmp_path: Path):
    """Every submission and every refusal is decided again, by the rule book of its day, to the same bytes."""
    history = open_history(str(kept.unpacked(tmp_path)))
    task = Task(refused=str(kept.folder / "refused"))
    report = run(history, task, workers=0, strict=False, progress=lambda _: None)
    faults = [finding for finding in report.part.findings if finding.is_fault]
    assert (report.status, faults) == (NO_FAULT, [])
    assert report.part.tally.refusals_unseen == 0
    assert report.part.tally.refusals > 0


def test_refused_bodies_are_those_that_were_refused(kept: Kept):
    """They are kept under their digest, as the ledger keeps them."""
    for body in (kept.folder / "refused").glob("*.ndjson"):
        assert digest_of(body.read_bytes()) == body.stem


def test_a_corpus_stays_small_and_is_never_written_again(kept: Kept, tmp_path: Path):
    """Small enough to be looked at for ever; and keeping a release twice is refused."""
    sizes = {path.name: path.stat().st_size for path in kept.folder.rglob("*") if path.is_file()}
    assert max(sizes.values()) <= BYTES_MAX, sizes
    with pytest.raises(FileExistsError):
        keep(kept.folder.name, tmp_path)
