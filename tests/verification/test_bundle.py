"""What a proof bundle shows: an entry, its signers, their keys back to the founding, under one cosigned checkpoint."""

import pytest

from contracts.verification.bundle_files import entry_file, proof_file
from tests.ledger.drafting import ANCHOR, CUSTOMS, LEDGER, ORIGIN, TARIFFS
from tests.verification.bundles import (
    CUSTOMS_2,
    CUSTOMS_3,
    LEDGER_2,
    TARIFFS_2,
    bundle_of,
    note,
    policy,
    proven,
    refused,
    rotated,
    story,
)

ENTRIES, TOLD = story()
EARLY = ENTRIES[: TOLD["second key"]]
"""As long as no key was revoked."""


def at(word: str) -> int:
    """The first position of what happened."""
    return TOLD[word]


def test_a_declaration_comes_with_its_assessment_and_the_founding():
    """Its draft has two parts, which cannot be separated, and its key was registered with the founding."""
    found = proven(bundle_of(EARLY, at("declaration")))
    assert found.entries == (0, 1, at("declaration"), at("declaration") + 1)
    assert found.event == ENTRIES[at("declaration")].split(b"\n")[1]
    assert (found.draft.author, found.draft.signer) == ("us.customs", CUSTOMS.kid)
    assert (found.draft.derived_by, found.draft.decider) == ("bloc.tariffs", TARIFFS.kid)
    assert (found.anchor, found.remarks) == (ANCHOR, ())


def test_the_derived_part_is_proven_by_the_decision_that_covers_both():
    """Nobody but the tariffs service signed it, and that stands on the first entry of the draft."""
    found = proven(bundle_of(EARLY, at("declaration") + 1))
    assert (found.stamp.part_no, found.draft.first) == (1, at("declaration"))
    assert found.entries == (0, 1, at("declaration"), at("declaration") + 1)


def test_a_part_of_a_hundred_events_comes_whole():
    """The signature covers the part; the bundle of its last line has all of it, and what was derived."""
    first = at("hundred")
    found = proven(bundle_of(EARLY, first + 99))
    assert found.entries == (0, 1, *range(first, first + 200))
    assert (found.stamp.line, found.stamp.lines) == (99, 100)


def test_the_founding_rests_on_nothing_but_itself():
    """The key that it registers signed it: that key is the trust anchor."""
    found = proven(bundle_of(ENTRIES, 0), anchor=ANCHOR)
    assert (found.entries, found.anchor) == ((0, 1), ANCHOR)


def test_a_third_key_leads_back_through_the_second_and_the_first():
    """Each registration with its draft; the revocations of these keys come along and take nothing back."""
    found = proven(bundle_of(ENTRIES, at("third generation")))
    chain = [at(word) for word in ("second key", "third key", "revoked", "suspect", "third generation")]
    assert set(chain) <= set(found.entries)
    assert at("declaration") not in found.entries
    kids = [key.kid for key in found.ring.party_keys("us.customs")]
    assert kids == [CUSTOMS.kid, CUSTOMS_2.kid, CUSTOMS_3.kid]


def test_what_a_suspect_key_signed_is_remarked():
    """The second key was stolen, said a later revocation: what it signed after that moment a reader should see."""
    found = proven(bundle_of(ENTRIES, at("third generation")))
    (remark,) = found.remarks
    assert (remark.position, remark.field) == (at("third key"), "signature")
    assert (
        f"{CUSTOMS_2.kid} of us.customs, which is suspect from 2026-07-01T00:00:00+00:00 on" in remark.reason
    )


def test_an_old_entry_of_a_key_revoked_since_is_proven_for_ever():
    """The revocation comes along and counts from its own position on."""
    found = proven(bundle_of(ENTRIES, at("declaration")))
    assert found.entries == (0, 1, at("declaration"), at("declaration") + 1, at("revoked"))
    assert found.ring.is_live(CUSTOMS.kid) is False


def test_a_decision_by_the_second_key_of_tariffs_leads_to_its_registration():
    """The deciding service rotates its keys like anybody."""
    found = proven(bundle_of(ENTRIES, at("decided anew")))
    assert found.draft.decider == TARIFFS_2.kid
    assert at("tariffs' key") in found.entries


def test_a_refusal_is_proven_by_its_decision():
    """Its refused body is not in the record, so nobody but the tariffs service signs it."""
    found = proven(bundle_of(ENTRIES, at("refusal")))
    assert (found.entries, found.draft.signer) == ((0, 1, at("refusal")), "")


@pytest.mark.parametrize("word", ["founding", "declaration", "refusal", "third generation", "decided anew"])
def test_every_bundle_is_complete_and_has_nothing_to_spare(word: str):
    """Take out any draft but one of the revocations, and it is refused by the name of a file."""
    files = bundle_of(ENTRIES, at(word))
    held = proven(files).entries
    spare = {at("revoked"), at("suspect")}
    for position in set(held) - spare:
        fewer = bundle_of(ENTRIES, at(word), positions=[one for one in held if one != position])
        assert refused(fewer).file in {entry_file(one) for one in held}


def test_two_bundles_of_one_position_are_the_same_bytes():
    """Nothing in a bundle depends on who makes it, or when, but the checkpoint."""
    assert bundle_of(ENTRIES, 2) == bundle_of(ENTRIES, 2)


def test_every_proof_in_a_bundle_stands_alone():
    """It is a C2SP proof file with the checkpoint inside, for tools that know nothing of bundles."""
    files = bundle_of(ENTRIES, 2)
    for position in (0, 1, 2, 3):
        assert files[proof_file(position)].endswith(b"\n\n" + files["checkpoint"])
        assert files[proof_file(position)].startswith(f"c2sp.org/tlog-proof@v1\nindex {position}\n".encode())


def test_the_bundle_says_who_cosigned():
    """By the names of the reader's policy."""
    found = proven(bundle_of(ENTRIES, 2, signed=note(ENTRIES, cosigners=("us", "jp"))))
    assert (found.accepted.witnesses, found.accepted.quorum) == (("us", "jp"), True)
    assert (found.accepted.checkpoint.origin, found.accepted.checkpoint.size) == (ORIGIN, len(ENTRIES))


# --- the key of checkpoints --------------------------------------------------------------------------------


def test_a_checkpoint_over_a_rotation_is_signed_by_the_new_key():
    """The rotation comes along in every bundle; in the overlap the old key signs too, which an old policy knows."""
    entries, told = rotated()
    both = note(entries, signers=(LEDGER_2, LEDGER))
    for known in (LEDGER, LEDGER_2):
        files = bundle_of(entries, told["declaration"], signed=both, judged_by=policy(known))
        assert told["rotation"] in proven(files, policy(known)).entries


def test_a_checkpoint_over_a_rotation_with_the_old_key_alone_is_refused():
    """A stolen old key signs no further checkpoint, though the policy still names it."""
    entries, told = rotated()
    files = bundle_of(entries, told["declaration"], signed=note(entries, signers=(LEDGER,)))
    fault = refused(files)
    assert fault.file == "checkpoint"
    assert f"in force since position {told['rotation']}" in fault.reason


def test_a_checkpoint_below_the_rotation_needs_the_old_key():
    """Old checkpoints verify for ever."""
    entries, told = rotated()
    before = entries[: told["rotation"]]
    assert proven(bundle_of(before, 0)).anchor == ANCHOR
    by_new = bundle_of(before, 0, signed=note(before, signers=(LEDGER_2,)), judged_by=policy(LEDGER_2))
    assert refused(by_new, policy(LEDGER_2)).file == "checkpoint"
