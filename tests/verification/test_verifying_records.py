"""Records that are in order verify, however they are cut, served and signed; what cannot be said is not said."""

from functools import cache

from msgspec.structs import replace

from contracts.tlog.tiles import Tile
from tests.ledger.drafting import ANCHOR, CUSTOMS, LEDGER, SECOND_NS, STORY_NS, key_of
from tests.verification.bundles import LEDGER_2, History, rotated, story
from tests.verification.checking import policy, verified
from tests.verification.forging import Crook
from tests.verification.published import checkpoint_of, files_of, policy_text, root_of

ENTRIES, TOLD = story()
SECOND_KEY = key_of("us.customs.second")


@cache
def long_record() -> tuple[bytes, ...]:
    """5,203 entries: parts of 100 events, and a key that is registered just before the border of two chunks."""
    history = History()
    drafter = history.drafter
    history.tell("founding", drafter.bloc())
    for number in range(26):
        if number == 20:
            history.tell("second key", history.registration("us.customs", SECOND_KEY, CUSTOMS))
        references = [f"L{number}-{line}" for line in range(100)]
        key = SECOND_KEY if number >= 20 else CUSTOMS
        history.tell(f"draft {number}", drafter.declarations(*references, key=key))
    return tuple(history.entries)


def test_a_whole_history_verifies() -> None:
    """Founding, declarations, a refusal, keys that come and go: every entry, every draft, every signature."""
    report = verified(files_of(ENTRIES))
    assert (report.status, report.entries, report.drafts) == (0, len(ENTRIES), len(TOLD))
    assert report.root == root_of(ENTRIES).hex()
    assert (report.anchor, report.anchor_compared) == (ANCHOR, True)
    assert report.checkpoints[0].witnesses == ("us", "eu")


def test_what_a_suspect_key_signed_is_listed_and_stays_recorded() -> None:
    """The second key was said to be compromised from a day before it signed: its registration is remarked on."""
    report = verified(files_of(ENTRIES))
    assert report.remarks_count == len(report.remarks) == 1
    (remark,) = report.remarks
    assert (remark.position, remark.field) == (TOLD["third key"], "signature")
    assert "suspect from 2026-07-01T00:00:00+00:00" in remark.reason


def test_drafts_over_the_borders_of_chunks_and_late_keys_verify_in_any_number_of_processes() -> None:
    """The border of two chunks, at 4,096, lies within a part; the key that signs there is registered shortly before."""
    files = files_of(long_record())
    report, shared_out = verified(files), verified(files, workers=2)
    assert replace(shared_out, checkpoints=report.checkpoints) == report
    assert (report.status, report.entries, report.tiles_compared) == (0, 5_203, 21 + 1)


def test_a_record_verifies_at_every_checkpoint_that_was_kept() -> None:
    """Roots are computed again at the sizes of older checkpoints, inside and at the edge of tiles."""
    entries = long_record()
    sizes = [1, 2, 2 + 200, 4_096, 5_202]
    older = [(f"kept-{size}", checkpoint_of(entries, size=size)) for size in sizes]
    report = verified(files_of(entries), older=older)
    assert report.status == 0
    assert [one.size for one in report.checkpoints] == [5_203, *sizes]


def test_the_logs_key_is_followed_through_its_rotation() -> None:
    """Checkpoints over the rotation need the new key, those before it the old one, for ever."""
    entries, told = rotated()
    both = policy(policy_text(LEDGER, LEDGER_2))
    older = [("before", checkpoint_of(entries, size=told["rotation"], key=LEDGER))]
    assert verified(files_of(entries, key=LEDGER_2), by=both, older=older).status == 0
    fault = verified(files_of(entries, key=LEDGER), by=both).fault
    assert fault is not None
    assert (fault.size, f"since position {told['rotation']}" in fault.reason) == (len(entries), True)


def test_without_witnesses_enough_everything_is_verified_but_the_quorum() -> None:
    """One of the two that the policy asks for: exit status 4, and the report says which witness there was."""
    report = verified(files_of(ENTRIES, witnesses=("jp",)))
    assert (report.status, report.quorum, report.entries) == (4, False, len(ENTRIES))
    assert report.checkpoints[0].witnesses == ("jp",)


def test_without_a_policy_the_record_names_the_logs_key_and_nothing_is_said_of_witnesses() -> None:
    """The chain of keys from the founding is enough to know who must have signed."""
    report = verified(files_of(ENTRIES), by=None)
    assert (report.status, report.quorum) == (0, None)
    stranger = verified(files_of(ENTRIES, key=key_of("a stranger")), by=None)
    assert stranger.status == 1


def test_without_an_anchor_the_report_says_that_it_took_the_records_word() -> None:
    """Whoever founded a bloc of his own has a record in order too; only the auditor knows which one he means."""
    report = verified(files_of(ENTRIES), anchor=None)
    assert (report.status, report.anchor, report.anchor_compared) == (0, ANCHOR, False)


def test_entries_alone_are_enough() -> None:
    """Hash tiles add nothing that the entries do not give; a folder without any is verified without them."""
    files = {path: raw for path, raw in files_of(ENTRIES).items() if not path.startswith("tile/0")}
    report = verified(files)
    assert (report.status, report.tiles_compared) == (0, 0)


def test_full_tiles_serve_where_partial_ones_are_no_longer_served() -> None:
    """A log may drop a partial tile once the full one is there (C2SP tlog-tiles)."""
    entries = long_record()
    files = files_of(entries)
    files["checkpoint"] = checkpoint_of(entries, size=4_002)
    # The download went on while the ledger grew: the checkpoint ends within a tile that is full by now.
    assert Tile(0, 15, 162).path not in files
    files |= {path: raw for path, raw in files_of(entries[:4_002]).items() if path.startswith("tile/1")}
    assert verified(files).status == 0


def test_a_decision_that_was_kept_back_is_remarked_on() -> None:
    """An honest ledger has this only after the clock of the draft stream went back, so it is no fault, but said."""
    crook = Crook()
    crook.take(crook.drafter.bloc())
    late = crook.take(crook.drafter.declarations("LATE-1"), recorded_ns=STORY_NS + 3_600 * SECOND_NS)
    report = verified(files_of(crook.entries))
    assert [(remark.position, remark.field) for remark in report.remarks] == [(late, "decision")]
    assert report.status == 0
