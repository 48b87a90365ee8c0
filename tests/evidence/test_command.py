"""`bloc evidence`, and `bloc verify` of its folder, as people type them."""

from pathlib import Path

import pytest

from bloc.commands.evidence import evidence
from bloc.commands.verify import verify
from bloc.trouble import Trouble
from tests.domain import facts
from tests.evidence.exhibits import CUSTOMS, DECLARATION, POLICY_TEXT, log_in


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A download of the ledger, a policy beside it, and the key of customs."""
    (tmp_path / "keys").mkdir()
    (tmp_path / f"keys/{CUSTOMS}.pem").write_bytes(facts.key_of(CUSTOMS).to_pem())
    (tmp_path / "policy").write_text(POLICY_TEXT)
    log_in(tmp_path / "log")
    return tmp_path


def make(place: Path, subject: str = DECLARATION) -> None:
    """When evidence is made from the download."""
    evidence(
        subject,
        str(place / "log"),
        to=place / "pack",
        key=CUSTOMS,
        keys=place / "keys",
        policy=place / "policy",
        wait=0,
    )


def status_of(folder: Path) -> object:
    """The exit status of verifying it."""
    with pytest.raises(SystemExit) as ended:
        verify(str(folder), policy=folder.parent / "policy")
    return ended.value.code


def test_evidence_is_made_and_verified_without_a_ledger(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 0; whom it is about, who signed it, who founded the bloc, which witnesses saw the tree."""
    make(place)
    made = capsys.readouterr().out
    assert f"about       {DECLARATION}, as known at position" in made
    assert "read " in made
    assert status_of(place / "pack") == 0
    shown = capsys.readouterr().out
    for words in (
        "VERIFIED",
        DECLARATION,
        f"signed by   {CUSTOMS}",
        "us, eu",
        "every entry that its assessments",
    ):
        assert words in shown


def test_a_spoilt_file_is_named_with_status_1(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also a page: it is under the sums."""
    make(place)
    (place / "pack/index.html").write_text("<p>Nothing was due.</p>")
    assert status_of(place / "pack") == 1
    assert "index.html" in capsys.readouterr().out


def test_what_cannot_be_a_subject_is_said(place: Path) -> None:
    """A word that names no stream, and a folder that is in use."""
    with pytest.raises(Trouble, match="is no stream"):
        make(place, "graphite")
    (place / "pack").mkdir()
    (place / "pack/mine").write_text("")
    with pytest.raises(Trouble, match="not empty"):
        make(place)
