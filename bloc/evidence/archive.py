"""Evidence as one file: a ZIP archive of the very files of the folder, for whoever must attach it to something.

The same files give the same bytes: names in order, one date for all. Nothing is ever unpacked to a disk, so a name in
a stranger's archive is a name and no path; and no more is read from it than a pack can hold, whatever it says.
"""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from bloc.trouble import Trouble
from contracts.limits import BUNDLE_BYTES_MAX, BUNDLE_FILES_MAX
from contracts.verification.bundle_files import BundleFault

SUFFIX = ".zip"
_ALL = ""
"""The archive itself, as the file at fault."""
_DATE = (1980, 1, 1, 0, 0, 0)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises for archives that are none, are damaged, encrypted, or packed in a way that it does not know."""


def check_free(file: Path) -> None:
    """Raise Trouble if there is something already: nothing is ever overwritten."""
    if file.exists():
        raise Trouble(f"{file} is there already.", "Name another file with --to.")


def write_archive(file: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into one archive, whole or not at all. Raises Trouble when it cannot be done."""
    check_free(file)
    fresh = file.with_name(f".{file.name}.fresh")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(fresh, "w") as archive:
            for name in sorted(files):
                archive.writestr(zipfile.ZipInfo(name, _DATE), files[name], zipfile.ZIP_DEFLATED)
        fresh.replace(file)
    except OSError as error:
        raise Trouble(f"The evidence cannot be written: {error}.", "Name another file with --to.") from error


def read_archive(file: Path) -> dict[str, bytes] | BundleFault:
    """The files in an archive, by name; a fault when it is damaged. Raises Trouble when it cannot be read at all."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _read(archive)
    except _DAMAGED as error:
        return BundleFault(_ALL, f"it is no archive that could be read: {error}")
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.", "Name a file that is there.") from error


def _read(archive: zipfile.ZipFile) -> dict[str, bytes] | BundleFault:
    members = archive.infolist()
    if len(members) > BUNDLE_FILES_MAX:
        return BundleFault(
            _ALL, f"it holds {len(members)} files, and a pack holds at most {BUNDLE_FILES_MAX}"
        )
    files: dict[str, bytes] = {}
    left = BUNDLE_BYTES_MAX
    for member in members:
        if member.filename in files:
            return BundleFault(member.filename, "it is in the archive twice")
        with archive.open(member) as opened:
            raw = opened.read(left + 1)
        left -= len(raw)
        if left < 0:
            return BundleFault(
                _ALL, f"unpacked it has more than {BUNDLE_BYTES_MAX} bytes, the limit of a pack"
            )
        files[member.filename] = raw
    return files
