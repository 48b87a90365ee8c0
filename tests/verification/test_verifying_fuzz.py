"""Whatever is changed in what a ledger serves: the verifier neither accepts it nor falls over.

One honest record, with parts, keys and a refusal, is published; then bytes are flipped, cut, doubled, swapped or put
in. Hypothesis chooses where. A change that leaves the bytes as they were is not one.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.entry import split_entry
from contracts.tlog.notes import NoteFault
from contracts.verification.checkpoints import read_claim
from contracts.verification.drafts import Draft, MoreNeeded, cut_draft, read_draft
from contracts.verification.fault import Fault
from contracts.verification.opening import open_entry
from tests.ledger.drafting import CUSTOMS, ORIGIN, key_of
from tests.verification.bundles import History
from tests.verification.checking import AUDITORS, fault_in, policy, verified_at
from tests.verification.published import files_of, policy_text, publish

CUSTOMS_OF_EU = key_of("eu.customs")
NO_WITNESSES = policy(policy_text().replace("quorum members", "quorum none"))


@cache
def small_record() -> tuple[bytes, ...]:
    """Ten entries with everything in them."""
    history = History()
    drafter = history.drafter
    history.tell("founding", drafter.bloc())
    history.tell("declarations", drafter.declarations("ABC-1", "ABC-2", eol=True))
    history.tell("refusal", drafter.refusal(b'{"a":1}', party="us.customs", key=CUSTOMS))
    history.tell("registration", drafter.registration("eu.customs", CUSTOMS_OF_EU))
    history.tell("declaration", drafter.declarations("ABC-3"))
    return tuple(history.entries)


ENTRIES = small_record()
FILES = files_of(ENTRIES, witnesses=())
NAMES = sorted(FILES)
"""The served files. No cosignatures: a line of a witness that nobody knows any more is passed over, as it must be."""


@st.composite
def changed(draw: st.DrawFn, raw: bytes) -> bytes:
    """Other bytes than these."""
    at = draw(st.integers(0, max(len(raw) - 1, 0)))
    match draw(st.sampled_from(("flip", "cut", "double", "insert", "swap", "delete", "replace"))):
        case "flip":
            new = raw[:at] + bytes((raw[at] ^ 1 << draw(st.integers(0, 7)),)) + raw[at + 1 :]
        case "cut":
            new = raw[:at]
        case "double":
            new = raw[:at] + raw[at : at + draw(st.integers(1, 200))] + raw[at:]
        case "insert":
            new = raw[:at] + draw(st.binary(min_size=1, max_size=20)) + raw[at:]
        case "swap":
            other = draw(st.integers(0, len(raw) - 1))
            low, high = sorted((at, other))
            middle = raw[low + 1 : high]
            new = (
                raw
                if low == high
                else raw[:low] + raw[high : high + 1] + middle + raw[low : low + 1] + raw[high + 1 :]
            )
        case "delete":
            new = raw[:at] + raw[at + draw(st.integers(1, 50)) :]
        case _:
            new = draw(st.binary(max_size=300))
    return new


@settings(max_examples=250)
@given(data=st.data())
def test_a_served_file_that_is_changed_anywhere_is_never_accepted(data: st.DataObject) -> None:
    """Tiles, bundles, checkpoint: any byte, any way."""
    name = data.draw(st.sampled_from(NAMES))
    new = data.draw(changed(FILES[name]))
    if new == FILES[name]:
        return
    with TemporaryDirectory() as folder:
        publish(Path(folder), FILES | {name: new})
        report = verified_at(folder, by=NO_WITNESSES)
    assert report.status in (1, 3), (name, new)


@settings(max_examples=200)
@given(data=st.data())
def test_an_entry_that_is_changed_and_hashed_again_is_never_accepted(data: st.DataObject) -> None:
    """Tree and checkpoint fit the changed entry; it is named, or its part is."""
    position = data.draw(st.integers(0, len(ENTRIES) - 1))
    new = data.draw(changed(ENTRIES[position]))
    if new == ENTRIES[position]:
        return
    fault = fault_in([*ENTRIES[:position], new, *ENTRIES[position + 1 :]])
    first, last = draft_around(position)
    assert fault.position is not None
    assert first <= fault.position <= last, (fault, position)


def draft_around(position: int) -> tuple[int, int]:
    """The positions of the draft that an entry belongs to, and the one behind, where a lost draft shows."""
    draft = split_entry(ENTRIES[position])[0].draft
    own = [n for n, entry in enumerate(ENTRIES) if split_entry(entry)[0].draft == draft]
    return own[0], own[-1] + 1


@settings(max_examples=300)
@given(raw=st.binary(max_size=400), position=st.integers(0, 2**63))
def test_any_bytes_as_an_entry_are_a_fault_with_a_place(raw: bytes, position: int) -> None:
    """Nothing that hypothesis writes is an entry by chance."""
    opened = open_entry(raw, position)
    assert isinstance(opened, Fault)
    assert (opened.position, bool(opened.reason)) == (position, True)


@settings(max_examples=300)
@given(data=st.data())
def test_any_entries_in_a_row_are_cut_and_read_without_an_exception(data: st.DataObject) -> None:
    """Honest entries, changed ones and rubbish in any order."""
    entries = data.draw(
        st.lists(st.one_of(st.sampled_from(ENTRIES), st.binary(max_size=50)), min_size=1, max_size=6)
    )
    cut = cut_draft(entries, 0)
    if isinstance(cut, Fault | MoreNeeded):
        return
    draft = read_draft(entries[: cut.count], 0, keys={}, origin=ORIGIN, secret=bytes(16))
    assert isinstance(draft, Fault | Draft)
    if isinstance(draft, Draft):
        assert tuple(entries[: cut.count]) == ENTRIES[: cut.count]


@settings(max_examples=200)
@given(data=st.data())
def test_a_changed_checkpoint_says_the_same_or_is_no_checkpoint(data: st.DataObject) -> None:
    """A changed line of a witness may be a stranger's; what the log signed stays what it was."""
    raw = files_of(ENTRIES)["checkpoint"]
    honest = read_claim("checkpoint", raw, AUDITORS, ORIGIN)
    claim = read_claim("checkpoint", data.draw(changed(raw)), AUDITORS, ORIGIN)
    if isinstance(claim, NoteFault):
        return
    assert not isinstance(honest, NoteFault)
    assert claim.checkpoint == honest.checkpoint
    assert claim.accepted is not None
    assert honest.accepted is not None
    assert set(claim.accepted.witnesses) <= set(honest.accepted.witnesses)
