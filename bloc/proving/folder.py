"""A proof bundle as a folder: written whole or not at all, read no further than a bundle can reach."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bloc.trouble import Trouble
from contracts.limits import BUNDLE_BYTES_MAX, BUNDLE_FILES_MAX

README_TEXT = """\
This folder shows that one entry is recorded in a ledger. It needs no network and no database:

    bloc verify . --policy YOUR-POLICY --trust-anchor KID-OF-THE-FOUNDING-KEY

With standard tools: `sha256sum -c SHA256SUMS` finds damage; entries/N is the exact entry at position N (the ledger's
stamp, a line feed, the author's event), entries/N.tlog-proof its inclusion proof (c2sp.org/tlog-proof) under the
signed checkpoint of the file `checkpoint`; `policy` is the trust policy of whoever made the folder
(c2sp.org/tlog-policy). Judge by a policy of your own: one that comes with the proof proves nothing about who wrote
both.

It shows: these exact bytes stand at this position; who signed them, with which key, registered by whom, back to the
founding; that the tariffs service decided to record them; that the witnesses named in the policy saw this tree.
It cannot show: any other entry; that nothing was recorded later that changes or revokes this one; that no revocation
of a key was left out of the folder. For these, verify the ledger as a whole.
"""


def check_vacant(folder: Path) -> None:
    """Raise Trouble unless the folder does not exist, or is empty: nothing is ever overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Trouble(f"{folder} is there already, and not empty.", "Name another folder with --to.")


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files below `folder`, which must not exist, or be empty. Raises Trouble when it cannot be done."""
    check_vacant(folder)
    place = folder.resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # Beside its place, so that the last step is one rename: a crash before it leaves no half of a bundle there.
        with TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as workplace:
            fresh = Path(workplace) / place.name
            for path, raw in files.items():
                (fresh / path).parent.mkdir(parents=True, exist_ok=True)
                (fresh / path).write_bytes(raw)
            fresh.replace(place)
    except OSError as error:
        raise Trouble(f"The bundle cannot be written: {error}.", "Name another folder with --to.") from error


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read all files below `folder`, by their paths in it. Raises Trouble when there is more than a bundle can hold.

    Links are not followed: a bundle is its own bytes.
    """
    files: dict[str, bytes] = {}
    left = BUNDLE_BYTES_MAX
    try:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink():
                raise Trouble(
                    f"{path} is a link; a bundle is its own bytes.", "Copy the bundle without links."
                )
            if path.is_dir():
                continue
            if not path.is_file():
                raise Trouble(
                    f"{path} is no file that could be read to its end.", "Take it out of the folder."
                )
            left -= path.stat().st_size
            if left < 0 or len(files) == BUNDLE_FILES_MAX:
                raise Trouble(
                    f"{folder} is larger than any bundle ({BUNDLE_FILES_MAX} files, {BUNDLE_BYTES_MAX} bytes).",
                    "Name the folder that `bloc prove` wrote.",
                )
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    except OSError as error:
        raise Trouble(
            f"The bundle cannot be read: {error}.", "Name a folder that `bloc prove` wrote."
        ) from error
    return files
