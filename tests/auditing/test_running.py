"""An audit of an export gives the same whoever works on it, and says strictly how far it came."""

from multiprocessing import active_children
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bloc.auditing.report import FAULTY, INCOMPLETE, NO_FAULT, Part, Report, joined
from bloc.auditing.running import ShareAudit, Task, run
from bloc.auditing.telling import as_json
from bloc.history.shelf import DiskShelf
from bloc.history.sources import ExportHistory
from bloc.trouble import Trouble
from contracts.entry import split_served
from contracts.limits import AUDIT_STRETCH_ENTRIES
from contracts.streams import kind_of
from services.tariffs.domain.assessment.declared import DeclarationState, ItemState
from services.tariffs.domain.auditing.streams import Kept, NoShelf, Streams
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS
from services.tariffs.domain.world import StreamHead
from tests.corpus.keeping import all_kept
from tests.domain import facts, mending
from tests.domain.audited import JULY, assessed, trading_record
from tests.domain.ledgered import Record
from tests.domain.trade import declaration, item, item_data


def test_what_is_put_away_comes_back_as_it_was():
    """A stream with fields that are not there: UNSET is the one that is left out when written, not a copy of it."""
    away = Kept(StreamHead(3, DeclarationState(items={1: ItemState(item(quota=None), "a")})))
    with DiskShelf() as shelf:
        shelf.put([("declaration/US/X", away)])
        back = shelf.take("declaration/US/X")
        assert [(stream, kept.head) for stream, kept in shelf.each()] == [("declaration/US/X", away.head)]
    assert back == away
    assert msgspec.to_builtins(back, enc_hook=dict) == msgspec.to_builtins(away, enc_hook=dict)


def test_streams_of_every_kind_come_back_as_they_were():
    """What stands in the record of a whole bloc is put away folded and unread; each comes back equal, of its types."""
    (corpus,) = [kept for kept in all_kept() if kept.folder.name == "3-law"]
    streams = Streams(NoShelf())
    for line in corpus.lines:
        stamp, event = split_served(line)
        if kind_of(stamp.stream) in ON_DEMAND_KINDS:
            streams.fold_later(stamp.position, stamp.version, stamp.stream, event)
    unread = {name: Kept(None, list(kept.waiting)) for name, kept in streams.each_unread()}
    folded = {name: Kept(head) for name, head in streams.each()}
    assert {kind_of(stream) for stream in folded} == ON_DEMAND_KINDS
    for away in (unread, folded):
        with DiskShelf() as shelf:
            shelf.put(list(away.items()))
            assert dict(shelf.each()) == away
            assert {stream: shelf.take(stream) for stream in away} == away


def exported(record: Record, folder: Path) -> ExportHistory:
    """The record as a file of `bloc entries`."""
    file = folder / "entries.ndjson"
    file.write_bytes(b"\n".join(record.lines()) + b"\n")
    return ExportHistory(file)


def audited(
    record: Record, folder: Path, *, workers: int = 0, strict: bool = False, **task: object
) -> Report:
    """When its export is audited."""
    return run(
        exported(record, folder),
        msgspec.convert(task, Task),
        workers=workers,
        strict=strict,
        progress=lambda _: None,
    )


@pytest.fixture(scope="module")
def long_record() -> Record:
    """Several stretches of declarations, a corrected floor among them, and three planted faults."""
    record = trading_record()
    floor = record.next - 1
    for number in range(AUDIT_STRETCH_ENTRIES):
        record.post(declaration(reference=f"EARLY-{number}"), now=JULY)
    price = {"amount": "109.00", "currency": "USD", "per": "kg"}
    record.post(mending.corrected(record.bloc, facts.floor(), floor, price=price), now=JULY)
    for number in range(AUDIT_STRETCH_ENTRIES):
        if number % 100 == 7:
            declared, assessment = assessed(record, reference=f"PLANTED-{number}")
            lower = replace(assessment, data=replace(assessment.data, total="1.00"))
            record.write([declared], [lower], now=JULY)
        else:
            record.post(declaration(item_data(line="none"), reference=f"LATE-{number}"), now=JULY)
    return record


def test_workers_find_what_one_finds(long_record: Record, tmp_path: Path) -> None:
    """Three processes share the record; counts, findings, lags and sums are those of one."""
    alone = audited(long_record, tmp_path)
    shared = audited(long_record, tmp_path, workers=3)
    assert msgspec.to_builtins(shared.part) == msgspec.to_builtins(alone.part)
    assert alone.part.counts["assessment_differs"] == 3
    assert alone.part.counts["corrected_later"] == AUDIT_STRETCH_ENTRIES
    assert alone.status == shared.status == FAULTY


def test_a_worker_that_is_killed_ends_the_audit_in_words(long_record: Record, tmp_path: Path) -> None:
    """Neither is anything waited for that never comes, nor is half of the record told as all of it."""

    def kill(_: int) -> None:
        for child in active_children():
            child.kill()
            child.join()

    with pytest.raises(Trouble, match="A worker process ended before its work was done"):
        run(exported(long_record, tmp_path), Task(), workers=2, strict=False, progress=kill)


def test_what_is_due_is_summed_up_for_each_importer(long_record: Record, tmp_path: Path) -> None:
    """Question 4: a floor a dollar lower, 12 t in each of 256 declarations."""
    ((importer, total),) = audited(long_record, tmp_path).part.touched
    assert (importer.member, importer.scheme, importer.id, importer.currency) == (
        "US",
        "us.irs",
        "12-3456789",
        "USD",
    )
    assert (total.items, total.refunds) == (AUDIT_STRETCH_ENTRIES, 12_000 * AUDIT_STRETCH_ENTRIES)


def test_streams_on_disk_change_nothing(
    long_record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for a dozen streams, all others lie on disk; the findings are the same."""
    roomy = audited(long_record, tmp_path)
    monkeypatch.setattr("services.tariffs.domain.auditing.streams.AUDIT_STREAMS_HELD_MAX", 12)
    cramped = audited(long_record, tmp_path)
    assert sorted(map(msgspec.json.encode, cramped.part.findings)) == sorted(
        map(msgspec.json.encode, roomy.part.findings)
    )


def test_unread_entries_on_disk_change_nothing(
    long_record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a share does not judge lies on disk as it was read; the sums at the end are those of one worker."""
    alone = audited(long_record, tmp_path)
    monkeypatch.setattr("services.tariffs.domain.auditing.streams.AUDIT_STREAMS_HELD_MAX", 12)
    parts: list[Part] = []
    for number in range(2):
        with ShareAudit(Task()) as share:
            for at in range(0, len(lines := list(long_record.lines())), AUDIT_STRETCH_ENTRIES):
                judged = at // AUDIT_STRETCH_ENTRIES % 2 == number
                share.take(lines[at : at + AUDIT_STRETCH_ENTRIES], judged=judged)
            parts.append(share.finish())
    assert msgspec.to_builtins(joined(parts)) == msgspec.to_builtins(alone.part)


def test_a_further_event_of_a_declaration_on_disk_is_judged_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first event has gone to disk when the second comes: its item numbers must go on."""
    monkeypatch.setattr("services.tariffs.domain.auditing.streams.AUDIT_STREAMS_HELD_MAX", 4)
    record = trading_record()
    record.post(declaration(reference="FIRST"), now=JULY)
    for number in range(20):
        record.post(declaration(reference=f"BETWEEN-{number}"), now=JULY)
    record.post(declaration(item_data(item_no=2), reference="FIRST"), now=JULY)
    assert audited(record, tmp_path).faults == 0


@pytest.mark.parametrize("workers", [0, 2])
def test_a_record_that_cannot_be_read_on_is_incomplete(tmp_path: Path, workers: int) -> None:
    """A gap is found by counting; what stands before it is judged, and the status is 3."""
    record = trading_record()
    del record.entries[22]
    report = audited(record, tmp_path, workers=workers)
    assert report.status == INCOMPLETE
    assert "entry 22 is missing" in report.part.broken


def test_a_fault_weighs_more_than_a_missing_end(tmp_path: Path) -> None:
    """Found is found: status 1, and the report says that the rest was not read."""
    record = trading_record()
    record.write([facts.floor("120.00", "revised", by="us.trade")])
    record.post(declaration(), now=JULY)
    del record.entries[-1]
    report = audited(record, tmp_path)
    assert (report.status, report.part.broken) == (FAULTY, "position 26: the record ends within a draft")


def test_notices_count_when_strict(tmp_path: Path) -> None:
    """Late facts are lawful: status 0, and 1 with --strict."""
    record = trading_record()
    assert audited(record, tmp_path).status == NO_FAULT
    assert audited(record, tmp_path, strict=True).status == FAULTY


def test_refused_bodies_are_taken_from_a_folder(tmp_path: Path) -> None:
    """What parties hand over lies in files named by digest; without it a refusal is counted as unseen."""
    record = trading_record()
    record.refuse(declaration(item_data(line=None)), now=JULY)
    bodies = tmp_path / "refused"
    bodies.mkdir()
    for digest, kept in record.bodies.items():
        (bodies / f"{digest}.ndjson").write_bytes(kept.body)
        (bodies / f"{digest}.jws").write_text(kept.signature + "\n")
    assert audited(record, tmp_path).part.tally.refusals_unseen == 1
    seen = audited(record, tmp_path, refused=str(bodies))
    assert (seen.part.tally.refusals, seen.part.tally.refusals_unseen, seen.faults) == (1, 0, 0)


def test_the_report_for_programs_names_positions_and_sums(long_record: Record, tmp_path: Path) -> None:
    """JSON with the exit status, every listed finding, and amounts as texts."""
    document: dict[str, Any] = msgspec.json.decode(as_json(audited(long_record, tmp_path)))
    assert document["status"] == FAULTY
    assert document["due"][0]["refunds"] == "3072000.00"
    first = next(finding for finding in document["findings"] if finding["fault"])
    assert first["path"] == "$.data.total"
    assert b'"total":"1.00"' in long_record.entries[first["position"]]


def test_each_declaration_is_looked_after_by_whoever_judged_its_last_entry(
    long_record: Record, tmp_path: Path
) -> None:
    """However stretches fall to processes, a range is asked for or not: what later corrections touch is summed once."""
    alone = audited(long_record, tmp_path, first=AUDIT_STRETCH_ENTRIES)
    lines = list(long_record.lines())
    for size in (64, len(lines)):
        shares = [ShareAudit(Task(first=AUDIT_STRETCH_ENTRIES)) for _ in range(3)]
        for number, at in enumerate(range(0, len(lines), size)):
            for place, share in enumerate(shares):
                share.take(lines[at : at + size], judged=number % 3 == place)
        parts = [share.finish() for share in shares]
        assert msgspec.to_builtins(joined(parts)) == msgspec.to_builtins(alone.part)
