"""Question 22, evidence about a case, a declaration or a rule: what is chosen, what it shows, what is refused."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bloc.trouble import Trouble
from contracts.identity.jws import sign_detached
from contracts.verification.bundle_files import README, SUMS, BundleFault, entry_file, proof_file
from contracts.verification.evidence import Evidence, verify_evidence
from contracts.verification.evidence_files import INDEX, INDEX_DATA, SIGNATURE, SUBJECT
from tests.domain import facts
from tests.evidence.exhibits import (
    CASE_STREAM,
    CUSTOMS,
    DECLARATION,
    FLOOR,
    OTHER,
    packed,
    policy,
    refused,
    resummed,
    shown,
    story,
)

TOLD = story().told


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A signed pack about the declaration, to be spoilt."""
    return packed(tmp_path_factory.mktemp("log"), DECLARATION)


def test_a_declaration_comes_with_all_that_its_assessment_rests_on(files: dict[str, bytes]) -> None:
    """The floor and the measure that it cites, the later correction of the floor, and not the other declaration."""
    evidence = shown(files)
    concerned = {TOLD[word] for word in ("declaration", "floor", "measure", "correction")}
    assert concerned | {0, TOLD["declaration"] + 1} <= set(evidence.about)
    assert TOLD["other"] not in evidence.entries
    assert evidence.subject == DECLARATION


def test_it_is_signed_by_its_maker_and_by_a_key_of_the_record(files: dict[str, bytes]) -> None:
    """One signature over the sums of all files; its key leads back to the founding like any other."""
    signer = shown(files).signer
    assert signer is not None
    assert (signer.party, signer.kid) == (CUSTOMS, facts.key_of(CUSTOMS).kid)


def test_unsigned_it_still_proves_its_entries(tmp_path: Path) -> None:
    """Who has no key may hand over evidence too; nobody vouches for the choice then, and that is said."""
    assert shown(packed(tmp_path, DECLARATION, maker=None)).signer is None


def test_a_case_brings_what_it_is_about_and_the_duties_that_rest_on_it(tmp_path: Path) -> None:
    """The investigation of a floor: its steps, the floor with its correction, the declarations assessed on it."""
    made = packed(tmp_path, CASE_STREAM)
    evidence = shown(made)
    words = ("case", "ruling", "floor", "correction", "declaration")
    assert {TOLD[word] for word in words} <= set(evidence.about)
    assert TOLD["other"] not in evidence.about, "it rests on no floor"
    index = msgspec.json.decode(made[INDEX_DATA])
    assert [step["type"] for step in index["steps"]] == ["bloc.case.opened.v1", "bloc.case.ruled.v1"]
    assert index["declarations"][0]["view"]["account"]["charged"] == "638196.00"


def test_a_rule_brings_what_was_assessed_on_it(tmp_path: Path) -> None:
    """Any stream of the rules can be the subject."""
    evidence = shown(packed(tmp_path, FLOOR))
    assert {TOLD["floor"], TOLD["correction"], TOLD["declaration"]} <= set(evidence.about)


def test_each_entry_says_why_it_is_there(files: dict[str, bytes]) -> None:
    """A reader need not guess: the reason of every entry, in words, with the position that leads to it."""
    index = msgspec.json.decode(files[INDEX_DATA])
    because = {entry["position"]: entry["because"] for entry in index["entries"]}
    assert because[TOLD["declaration"]] == "of the subject itself"
    assert because[TOLD["floor"]] == f"the assessment at position {TOLD['declaration'] + 1} rests on it"
    assert because[TOLD["correction"]] == f"corrects or annuls position {TOLD['floor']}"
    assert any(reason.startswith("mandate of us.trade") for reason in because.values())
    assert set(because) == set(shown(files).entries)


def test_the_page_tells_the_duty_step_by_step(files: dict[str, bytes]) -> None:
    """Amounts, sentences, authority, rule book and state hash; every position leads to the file of its entry."""
    page = files[INDEX].decode()
    index = msgspec.json.decode(files[INDEX_DATA])
    for words in (
        "638196.00",
        "612000.00",
        "The duty that keeps the price floor",
        index["state_hash"]["root"],
    ):
        assert words in page
    assert f'<a href="entries/{TOLD["floor"]}">' in page
    assert "<script" not in page
    assert "http" not in page.replace("https://eur-lex", "")


def test_what_strangers_wrote_cannot_become_markup(tmp_path: Path) -> None:
    """Text of events stands on the page escaped."""
    page = packed(tmp_path, CASE_STREAM)[INDEX].decode()
    assert "&quot;Active anode material&quot;" in page


@pytest.mark.parametrize("position", ["declaration", "floor"])
def test_a_changed_entry_is_named_even_under_new_sums(files: dict[str, bytes], position: str) -> None:
    """The tree tells."""
    path = entry_file(TOLD[position])
    changed = (
        files[path]
        .replace(b'"effective_from":"2026-05-01"', b'"effective_from":"2026-05-02"')
        .replace(b"708000", b"708001")
    )
    assert changed != files[path]
    assert refused(resummed({**files, path: changed})).file == proof_file(TOLD[position])


def test_a_changed_page_breaks_the_signature(files: dict[str, bytes]) -> None:
    """New sums are not those that the maker signed."""
    signature = files[SIGNATURE]
    changed = resummed({**files, INDEX: files[INDEX].replace(b"638196.00", b"0.00")})
    assert refused({**changed, SIGNATURE: signature}).file == SIGNATURE


def test_a_signature_of_a_stranger_is_refused(files: dict[str, bytes]) -> None:
    """Its key is registered nowhere in the pack; and one for another ledger is not for this one."""
    for key, audience in (
        (facts.key_of("xx.stranger"), facts.ORIGIN),
        (facts.key_of(CUSTOMS), "elsewhere.example"),
    ):
        signature = sign_detached(key, files[SUMS], audience=audience, issued_at=1_782_900_000)
        assert refused({**files, SIGNATURE: signature.encode()}).file == SIGNATURE


def test_what_an_assessment_rests_on_cannot_be_left_out(files: dict[str, bytes]) -> None:
    """A forger takes the floor out, everywhere: the assessment that names it gives him away."""
    floor = TOLD["floor"]
    rest = {path: raw for path, raw in files.items() if path not in (entry_file(floor), proof_file(floor))}
    rest[SUBJECT] = rest[SUBJECT].replace(f"position {floor}\n".encode(), b"")
    fault = refused(resummed(rest))
    assert (fault.file, "rests on it" in fault.reason) == (entry_file(floor), True)


def test_the_stream_of_the_subject_cannot_lose_its_beginning(tmp_path: Path) -> None:
    """Versions count from 1; here the opening of the case is left out, with its whole draft."""
    made = packed(tmp_path, CASE_STREAM)
    opening = TOLD["case"]
    rest = {path: raw for path, raw in made.items() if path not in (entry_file(opening), proof_file(opening))}
    rest[SUBJECT] = rest[SUBJECT].replace(f"position {opening}\n".encode(), b"")
    fault = refused(resummed(rest))
    assert (fault.file, "version 1 of case/" in fault.reason) == (entry_file(TOLD["ruling"]), True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_changed_is_answered_and_never_raises(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    """A byte of any file but the pages, under new sums: a fault that names a file."""
    judged = sorted(files.keys() - {SUMS, SIGNATURE, INDEX, INDEX_DATA, README})
    path = data.draw(st.sampled_from(judged))
    at = data.draw(st.integers(0, len(files[path]) - 1))
    raw = bytearray(files[path])
    raw[at] ^= data.draw(st.integers(1, 255))
    assert isinstance(
        verify_evidence(resummed({**files, path: bytes(raw)}), policy()), Evidence | BundleFault
    )


def test_what_is_not_recorded_is_said(tmp_path: Path) -> None:
    """A subject that does not exist, and a key that is not registered."""
    with pytest.raises(Trouble, match="Nothing is recorded on case/none"):
        packed(tmp_path, "case/none")
    with pytest.raises(Trouble, match="Nothing is recorded on declaration/US/NONE"):
        packed(tmp_path, "declaration/US/NONE")
    with pytest.raises(Trouble, match="registered in this ledger"):
        packed(tmp_path, OTHER, maker="xx.stranger")
