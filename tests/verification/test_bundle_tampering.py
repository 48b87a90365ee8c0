"""Nobody changes a bundle unseen: damage is named by its file, and a forger who writes new sums is found out by what
the bytes say. Where a bundle cannot know better, that is a test too.
"""

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from contracts.body import digest_of
from contracts.entry import Stamp, build_entry, encode_stamp, split_entry
from contracts.tlog.policy import write_policy
from contracts.verification.bundle import verify_bundle
from contracts.verification.bundle_files import BundleFault, entry_file, proof_file
from tests.ledger.drafting import CUSTOMS, ORIGIN, key_of
from tests.verification.bundles import (
    History,
    bundle_of,
    note,
    policy,
    proven,
    refused,
    story,
    summed,
    usurped,
)

STORY, TOLD = story()
ENTRIES = STORY[:4]
"""The founding with the key of US customs, and a declaration with its assessment."""
FILES = bundle_of(ENTRIES, 2)
JUDGED = ("bundle", "checkpoint", *(name(place) for place in range(4) for name in (entry_file, proof_file)))
"""Files that say something which a reader judges."""


def flips(raw: bytes, every: int) -> Iterator[bytes]:
    """The bytes with one bit flipped: a random one (the same in each run) of every so-manieth byte."""
    chosen = random.Random(len(raw))
    for place in range(0, len(raw), every):
        changed = bytearray(raw)
        changed[place] ^= 1 << chosen.randrange(8)
        yield bytes(changed)


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_flipped_bit_is_damage_and_names_the_file(path: str):
    """In any byte of any file, README.txt and the sums themselves included."""
    for changed in flips(FILES[path], 1):
        fault = refused({**FILES, path: changed})
        assert path in (fault.file, "SHA256SUMS"), fault


@pytest.mark.parametrize("path", JUDGED)
def test_a_flipped_bit_under_new_sums_is_refused_all_the_same(path: str):
    """A forger can write sums; he cannot write hashes that fit."""
    for changed in flips(FILES[path], 7):
        fault = refused(summed({**FILES, path: changed}))
        assert fault.file in FILES or fault.file.startswith("entries/"), fault


@given(st.sampled_from(JUDGED), st.integers(0, 2_000), st.integers(0, 80), st.binary(max_size=80))
def test_whatever_is_cut_out_or_put_in_is_refused(path: str, start: int, cut: int, put: bytes):
    """Any piece of any file replaced by anything, under new sums: an answer, never an exception, never a yes."""
    raw = FILES[path]
    at = start % (len(raw) + 1)
    changed = raw[:at] + put + raw[at + cut :]
    if changed != raw:
        assert isinstance(verify_bundle(summed({**FILES, path: changed}), policy()), BundleFault)


def test_a_flipped_bit_in_the_policy_of_the_bundle_never_changes_what_mine_says():
    """It is refused by its name, or it is a comment to the reader's own policy."""
    for changed in flips(FILES["policy"], 1):
        found = verify_bundle(summed({**FILES, "policy": changed}), policy())
        assert not isinstance(found, BundleFault) or found.file == "policy", found


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_missing_file_is_named(path: str):
    """With the old sums, and with new ones where nothing else asks for it: then by what is missing without it."""
    fewer = {name: raw for name, raw in FILES.items() if name != path}
    assert refused(fewer).file == path
    if path != "SHA256SUMS":
        assert refused(summed(fewer)).file == path


@pytest.mark.parametrize("path", ["entries/7", "entries/07", "entries/2.txt", "notes.txt", "../policy"])
def test_a_file_too_many_is_named(path: str):
    """Nothing lies in a bundle that is not proven, under whatever name."""
    assert refused({**FILES, path: b"more"}).file in (path, f"{path}.tlog-proof")
    assert refused(summed({**FILES, path: b"more"})).file in (path, f"{path}.tlog-proof")


@pytest.mark.parametrize(
    ("one", "other"),
    [(entry_file(2), entry_file(3)), (proof_file(2), proof_file(3)), (entry_file(0), proof_file(0))],
)
def test_swapped_files_are_named(one: str, other: str):
    """Each says itself where it belongs."""
    swapped = {**FILES, one: FILES[other], other: FILES[one]}
    assert refused(swapped).file in (one, other)
    at_fault = refused(summed(swapped)).file
    assert at_fault.removesuffix(".tlog-proof") in (
        one.removesuffix(".tlog-proof"),
        other.removesuffix(".tlog-proof"),
    )


def test_files_of_another_position_are_named():
    """Entry and proof of 1 in place of those of 3, and a subject that is not there."""
    moved = {**FILES, entry_file(3): FILES[entry_file(1)], proof_file(3): FILES[proof_file(1)]}
    assert refused(summed(moved)).file == proof_file(3)
    subject = FILES["bundle"].replace(b"position 2", b"position 9")
    assert refused(summed({**FILES, "bundle": subject})).file == entry_file(9)
    proof = FILES[proof_file(1)].replace(b"index 1", b"index 3")
    fault = refused(summed({**FILES, entry_file(3): FILES[entry_file(1)], proof_file(3): proof}))
    assert fault.file == proof_file(3)
    assert entry_file(3) in fault.reason


def test_a_bundle_of_another_tree_does_not_mix():
    """Proofs of one checkpoint beside another checkpoint."""
    other = bundle_of(STORY, 2, positions=range(4))
    assert refused(summed({**FILES, "checkpoint": other["checkpoint"]})).file == proof_file(0)
    assert refused(summed({**FILES, proof_file(2): other[proof_file(2)]})).file == proof_file(2)


def test_a_proof_carries_nothing_that_it_does_not_prove():
    """The extra line of a C2SP proof is signed by nobody."""
    more = FILES[proof_file(2)].replace(b"index", b"extra aGVsbG8=\nindex")
    assert refused(summed({**FILES, proof_file(2): more})).file == proof_file(2)


# --- the policy, the log, the witnesses --------------------------------------------------------------------


def with_note(signed: bytes, **more: bytes) -> dict[str, bytes]:
    """The bundle under another note everywhere."""
    return summed({**bundle_of(ENTRIES, 2, signed=signed), **more})


@pytest.mark.parametrize("cosigners", [(), ("us",)])
def test_without_its_cosignatures_the_quorum_is_missing(cosigners: tuple[str, ...]):
    """Taken out of the checkpoint and of every proof: nothing contradicts, and it is not enough."""
    fault = refused(with_note(note(ENTRIES, cosigners=cosigners)))
    assert (fault.file, fault.quorum_missing) == ("checkpoint", True)


def test_cosignatures_of_strangers_do_not_count():
    """A bundle that brings its own witnesses convinces who asks no policy of his own, and nobody else."""
    strangers = policy(witnesses={"us": key_of("x"), "eu": key_of("y"), "jp": key_of("z")})
    assert refused(FILES, strangers).quorum_missing
    files = summed({**FILES, "policy": write_policy(strangers).encode()})
    assert refused(files).file == "policy"
    assert verify_bundle(FILES, None) == proven(FILES)


def test_a_log_that_my_policy_does_not_know_is_refused():
    """Another key under the same origin, another origin."""
    assert refused(FILES, policy(CUSTOMS)).file == "checkpoint"
    fault = refused(FILES, policy(origin="other.example/ledger"))
    assert (fault.file, ORIGIN in fault.reason) == ("checkpoint", True)


@pytest.mark.parametrize("place", range(0, 700, 61))
def test_a_bad_signature_of_a_known_key_voids_the_checkpoint(place: int):
    """Though the others would be enough: an honest ledger shows no such note."""
    good = note(ENTRIES)
    changed = bytearray(good)
    changed[place % len(good)] ^= 4
    fault = refused(summed({path: raw.replace(good, bytes(changed)) for path, raw in FILES.items()}))
    assert fault.file in ("checkpoint", proof_file(0)), fault


def test_another_founding_is_not_mine():
    """The reader knows the thumbprint of the founding key from elsewhere."""
    fault = refused(FILES, anchor=CUSTOMS.kid)
    assert (fault.file, CUSTOMS.kid in fault.reason) == (entry_file(0), True)


# --- an operator who forges entries, with the log's key and all witnesses on his side ------------------------


def reforged(place: int, change: Callable[[Stamp, bytes], tuple[Stamp, bytes]]) -> dict[str, bytes]:
    """A bundle of a ledger in which one entry was changed before anything was hashed and signed."""
    entries = list(ENTRIES)
    stamp, event = change(*split_entry(entries[place]))
    entries[place] = build_entry(encode_stamp(stamp), event)
    return bundle_of(entries, 2, positions=range(4))


def test_a_changed_event_is_not_what_its_author_signed():
    """The digest of the part, changed along, is not the one that was decided on."""

    def cheaper(stamp: Stamp, event: bytes) -> tuple[Stamp, bytes]:
        changed = event.replace(b"708000.00", b"008000.00")
        return replace(stamp, part=digest_of(changed + b"\n")), changed

    def only_event(stamp: Stamp, event: bytes) -> tuple[Stamp, bytes]:
        return stamp, event.replace(b"708000.00", b"708000.01")

    assert refused(reforged(2, only_event)).file == entry_file(2)
    fault = refused(reforged(2, cheaper))
    assert (fault.file, fault.reason.split(":")[0]) == (entry_file(2), "signature")


@pytest.mark.parametrize(
    ("place", "field", "value"),
    [
        (2, "position", 3),
        (2, "stream", "declaration/US/XYZ"),
        (3, "stream", "declaration/US/XYZ"),
        (3, "recorded_at", "2026-07-01T03:30:07.000000Z"),
        (2, "recorded_at", "2024-07-01T03:30:06.000000Z"),
        (2, "eol", 0),
        (2, "lines", 2),
        (3, "part_no", 0),
        (3, "draft", "other:2"),
        (0, "part", "0" * 64),
    ],
)
def test_a_changed_stamp_contradicts_its_part(place: int, field: str, value: object):
    """Whatever the stamp says that a signature, a neighbour or the event itself says too."""
    fault = refused(reforged(place, lambda stamp, event: (replace(stamp, **{field: value}), event)))
    draft = place - place % 2
    assert fault.file in [entry_file(near) for near in range(draft, draft + 3)], fault


def test_a_key_that_its_party_did_not_register_proves_nothing():
    """Not even the secretariat, the tariffs service and the ledger together can give a party a second key."""
    entries, declaration = usurped()
    fault = refused(bundle_of(entries, declaration))
    assert fault.file == entry_file(2)
    assert "only that party may" in fault.reason


def revoked_and_used() -> History:
    """A dishonest ledger: it records a declaration behind the revocation of the key that signed it."""
    history = History()
    history.tell("founding", history.drafter.bloc())
    history.tell("declaration", history.drafter.declarations("ABC-1"))
    history.tell("revocation", history.drafter.revocation("us.customs", CUSTOMS))
    behind = split_entry(history.entries[-1])[0]
    for entry in history.entries[2:4]:
        stamp, event = split_entry(entry)
        moved = replace(stamp, position=stamp.position + 3, version=1, draft=behind.draft.replace(":3", ":4"))
        history.entries.append(build_entry(encode_stamp(moved), event))
    return history


def test_an_event_signed_after_the_revocation_of_its_key_is_refused():
    """The revocation is in every honest bundle of that key, and its position decides."""
    entries = revoked_and_used().entries
    fault = refused(bundle_of(entries, 5))
    assert fault.file == entry_file(5)
    assert "was revoked at position 4" in fault.reason


def test_a_bundle_cannot_know_the_revocation_that_was_left_out_of_it():
    """What docs/proofs.md says it cannot show: for that, the ledger is verified as a whole."""
    entries = revoked_and_used().entries
    assert proven(bundle_of(entries, 5, positions=(0, 1, 5, 6))).position == 5


def test_a_stolen_key_of_tariffs_cannot_speak_for_an_author():
    """A decision is not a signature: a first part that nobody signed is no declaration."""
    stripped = reforged(2, lambda stamp, event: (replace(stamp, signature=UNSET), event))
    assert refused(stripped).file == entry_file(2)
