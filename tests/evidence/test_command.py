"""`bloc evidence`, and `bloc verify` of its folder, as people type them."""

import zipfile
from pathlib import Path

import pytest

from bloc.commands.evidence import evidence
from bloc.commands.verify import verify
from bloc.evidence import archive as archives
from bloc.proving.folder import read_folder
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


def make(place: Path, subject: str = DECLARATION, to: str = "pack") -> None:
    """When evidence is made from the download."""
    evidence(
        subject,
        str(place / "log"),
        to=place / to,
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


def test_evidence_is_one_file_when_that_is_asked_for(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same files in one archive: verified as it is, read with any ZIP program, never overwritten."""
    make(place)
    make(place, to="pack.zip")
    assert status_of(place / "pack.zip") == 0
    assert f"signed by   {CUSTOMS}" in capsys.readouterr().out
    with zipfile.ZipFile(place / "pack.zip") as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held["index.html"] == (place / "pack/index.html").read_bytes()
    assert held.keys() == read_folder(place / "pack").keys()
    with pytest.raises(Trouble, match="there already"):
        make(place, to="pack.zip")


def test_a_damaged_archive_is_a_fault(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One bit of it, its second half cut off, a file that is no archive, a file in it twice: status 1."""
    make(place, to="pack.zip")
    whole = (place / "pack.zip").read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for raw in (bytes(flipped), whole[: len(whole) // 2], b"PK"):
        (place / "bad.zip").write_bytes(raw)
        assert status_of(place / "bad.zip") == 1
        assert "FAULT in" in capsys.readouterr().out
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(place / "pack.zip", "a") as archive,
    ):
        archive.writestr("pack", b"another")
    assert status_of(place / "pack.zip") == 1
    assert "twice" in capsys.readouterr().out


def test_an_archive_that_swells_is_not_read_to_its_end(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No more than a pack can hold, however small the file is."""
    make(place, to="pack.zip")
    monkeypatch.setattr(archives, "BUNDLE_BYTES_MAX", 100)
    assert status_of(place / "pack.zip") == 1
    assert "the limit of a pack" in capsys.readouterr().out
