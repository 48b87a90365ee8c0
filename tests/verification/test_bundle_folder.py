"""A bundle as a folder: whole or not there, and never more than a bundle."""

import os
from pathlib import Path

import pytest

from bloc.proving import folder as folders
from bloc.proving.folder import read_folder, write_folder
from bloc.trouble import Trouble
from tests.verification.bundles import bundle_of, story

FILES = bundle_of(story()[0][:4], 2)


def test_what_is_written_is_read_again(tmp_path: Path):
    """Into a folder that is not there yet, nor the one above it; nothing else stays behind."""
    write_folder(tmp_path / "evidence/declaration", FILES)
    assert read_folder(tmp_path / "evidence/declaration") == FILES
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == ["declaration"]


def test_an_empty_folder_is_taken_and_a_full_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nothing is ever overwritten; the folder may be the one that somebody stands in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_folder(Path("../there"), FILES)
    write_folder(tmp_path / "here", FILES)
    for taken in (tmp_path / "here", tmp_path / "there", tmp_path / "here/bundle"):
        with pytest.raises(Trouble, match="not empty"):
            write_folder(taken, FILES)


def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path):
    """A file where the folder above should be; a path that leads through a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="cannot be written"):
        write_folder(tmp_path / "file/evidence", FILES)
    with pytest.raises(Trouble, match="cannot be written"):
        write_folder(tmp_path / "evidence", {"bundle": b"", "bundle/entries": b""})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_link_is_no_part_of_a_bundle(tmp_path: Path):
    """Its bytes could be others tomorrow."""
    write_folder(tmp_path / "evidence", FILES)
    (tmp_path / "evidence/policy").unlink()
    (tmp_path / "evidence/policy").symlink_to("checkpoint")
    with pytest.raises(Trouble, match="is a link"):
        read_folder(tmp_path / "evidence")


def test_what_has_no_end_is_no_part_of_a_bundle(tmp_path: Path):
    """Reading a pipe would wait for a writer who never comes."""
    write_folder(tmp_path / "evidence", FILES)
    os.mkfifo(tmp_path / "evidence/entries/9")
    with pytest.raises(Trouble, match="is no file"):
        read_folder(tmp_path / "evidence")


@pytest.mark.parametrize("limit", ["BUNDLE_FILES_MAX", "BUNDLE_BYTES_MAX"])
def test_more_than_a_bundle_can_hold_is_not_read(tmp_path: Path, limit: str, monkeypatch: pytest.MonkeyPatch):
    """A folder that was named by mistake, a home for instance, is left alone."""
    write_folder(tmp_path / "evidence", FILES)
    monkeypatch.setattr(folders, limit, 9)
    with pytest.raises(Trouble, match="larger than any bundle"):
        read_folder(tmp_path / "evidence")
