"""Where a record is read, over HTTP or in a folder; what is missing, swollen or endless is not believed."""

import gzip
from collections.abc import Iterator

import pytest

from contracts.entry import split_entry
from contracts.limits import VERIFY_ANSWER_BYTES_MAX
from contracts.tlog.tiles import Tile
from tests.verification.bundles import story
from tests.verification.checking import AUDITORS, verified, verified_at
from tests.verification.published import WITNESSED_AT, checkpoint_of, files_of
from tests.verification.test_verifying_records import long_record
from tests.verification.web import Answer, WebServer, serving

ENTRIES, TOLD = story()
FILES = files_of(ENTRIES)
BUNDLE = Tile(-1, 0, len(ENTRIES)).path
LEAVES = Tile(0, 0, len(ENTRIES)).path


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A server of the files of the story."""
    with serving(FILES) as running:
        yield running


def test_a_record_is_verified_over_http(web: WebServer) -> None:
    """Checkpoint, one bundle, one tile: nothing else is asked for."""
    report = verified_at(web.url, by=AUDITORS)
    assert (report.status, report.entries) == (0, len(ENTRIES))
    assert sorted(web.asked) == sorted(["checkpoint", BUNDLE, LEAVES])


def test_worker_processes_ask_by_themselves() -> None:
    """A longer record, two processes, each with a connection of its own."""
    entries = long_record()
    with serving(files_of(entries)) as web:
        report = verified_at(web.url, by=AUDITORS, workers=2)
    assert (report.status, report.entries, report.tiles_compared) == (0, len(entries), 22)


@pytest.mark.parametrize("path", ["checkpoint", BUNDLE, LEAVES])
def test_what_is_not_served_is_not_verified(web: WebServer, path: str) -> None:
    """Status 3 and the address, neither a fault nor a success."""
    del web.files[path]
    report = verified_at(web.url, by=AUDITORS)
    assert (report.status, report.fault) == (3, None)
    assert report.missing is not None
    assert report.missing.startswith(f"{web.url}/{path}")


@pytest.mark.parametrize("path", sorted(FILES))
def test_what_is_not_in_the_folder_is_not_verified(path: str) -> None:
    """The same of a download that broke off."""
    report = verified({name: raw for name, raw in FILES.items() if name != path})
    # Without any leaves there is nothing to compare, and entries alone are enough.
    assert report.status == (0 if path == LEAVES else 3)


def test_a_fault_before_what_is_missing_is_a_fault() -> None:
    """What was found does not go away because the rest cannot be had."""
    entries = list(long_record())
    entries[100] = entries[100].replace(b"2026", b"2027")
    files = files_of(entries)
    del files[Tile(-1, 17).path]
    report = verified(files)
    assert (report.status, report.fault is not None, report.missing is not None) == (1, True, False)


def test_a_server_that_stumbles_is_asked_again(web: WebServer) -> None:
    """One answer of 503; the second is the file."""
    web.instead[BUNDLE] = Answer(503, times=1)
    assert verified_at(web.url, by=AUDITORS).status == 0
    assert web.asked.count(BUNDLE) == 2


def test_an_endless_answer_is_cut_off(web: WebServer) -> None:
    """No file of a log is larger than a bundle of the largest entries."""
    web.instead[BUNDLE] = Answer(headers={"Connection": "close"}, body=b"\x00" * 1_048_576, endless=True)
    report = verified_at(web.url, by=AUDITORS)
    assert report.status == 3
    assert report.missing is not None
    assert "larger than any file of a log" in report.missing


def test_an_answer_that_would_swell_is_not_unpacked(web: WebServer) -> None:
    """We ask for plain bytes; a compressed answer is taken as it is, and is no bundle."""
    bomb = gzip.compress(bytes(2 * VERIFY_ANSWER_BYTES_MAX))
    web.instead[BUNDLE] = Answer(body=bomb, headers={"Content-Encoding": "gzip"})
    report = verified_at(web.url, by=AUDITORS)
    assert report.status == 1
    assert report.fault is not None
    assert report.fault.field == BUNDLE


def test_a_redirect_is_not_followed(web: WebServer) -> None:
    """A log cannot send its reader to another machine."""
    with serving(FILES) as elsewhere:
        web.instead[BUNDLE] = Answer(302, headers={"Location": f"{elsewhere.url}/{BUNDLE}"})
        report = verified_at(web.url, by=AUDITORS)
    assert (report.status, elsewhere.asked) == (3, [])


def test_the_cosigned_checkpoint_is_asked_for_where_the_newest_has_no_quorum() -> None:
    """The report says how far the witnesses' word reaches; the rest is covered by receipts only."""
    size = TOLD["decided anew"]
    files = files_of(ENTRIES, witnesses=("jp",)) | {"checkpoint/cosigned": checkpoint_of(ENTRIES, size=size)}
    with serving(files) as web:
        report = verified_at(web.url, by=AUDITORS)
    assert (report.status, report.entries) == (4, len(ENTRIES))
    assert [(one.size, one.quorum) for one in report.checkpoints] == [(len(ENTRIES), False), (size, True)]


def test_a_ledger_that_grows_meanwhile_is_verified_at_the_newer_checkpoint() -> None:
    """The cosigned checkpoint was asked for last, and is ahead: that is no record that goes back."""
    files = FILES | {
        "checkpoint": checkpoint_of(ENTRIES, size=TOLD["decided anew"], witnesses=()),
        "checkpoint/cosigned": FILES["checkpoint"],
    }
    with serving(files) as web:
        report = verified_at(web.url, by=AUDITORS)
    assert (report.status, report.size) == (0, len(ENTRIES))


def test_a_cosigned_checkpoint_of_another_tree_is_a_fault() -> None:
    """The ledger shows two trees at two addresses."""
    files = files_of(ENTRIES, witnesses=()) | {
        "checkpoint/cosigned": checkpoint_of([*ENTRIES[:-1], b"another entry"])
    }
    with serving(files) as web:
        report = verified_at(web.url, by=AUDITORS)
    assert report.fault is not None
    assert report.fault.size == len(ENTRIES)


def test_a_server_with_two_faces_is_found() -> None:
    """It shows the border of two chunks once to whoever reads the draft, and once otherwise to whoever hashes it.

    The second face is what the witnesses cosigned: the entries that were read and found in order are not in the tree.
    """
    honest = list(long_record())
    position = 4_100
    assert split_entry(honest[position])[0].line > split_entry(honest[4_096])[0].line
    rewritten = [*honest[:position], honest[position].replace(b"12000", b"11000"), *honest[position + 1 :]]
    path = Tile(-1, 16).path
    with serving(files_of(rewritten)) as web:
        web.instead[path] = Answer(body=files_of(honest)[path], times=1)
        report = verified_at(web.url, by=AUDITORS)
    assert report.fault is not None
    assert (report.status, report.fault.position, report.fault.field) == (1, position, "entry")
    assert "in two ways" in report.fault.reason


def test_a_server_whose_faces_do_not_join_is_found() -> None:
    """To whoever reads, a draft goes on over the border of two chunks; to whoever hashes, another begins within."""
    honest = list(long_record())
    other = [*honest[:4_096], b"another beginning", *honest[4_097:]]
    path = Tile(-1, 16).path
    with serving(files_of(other)) as web:
        web.instead[path] = Answer(body=files_of(honest)[path], times=1)
        report = verified_at(web.url, by=AUDITORS)
    assert report.fault is not None
    assert (report.status, report.fault.position, report.fault.field) == (1, 4_096, "entry")


def test_the_report_says_how_old_the_newest_cosignature_is(web: WebServer) -> None:
    """A good old checkpoint, served for ever, hides what came later: the time tells."""
    report = verified_at(web.url, by=AUDITORS)
    assert report.checkpoints[0].cosigned_at == WITNESSED_AT
    assert report.recorded_at == split_entry(ENTRIES[-1])[0].recorded_at
