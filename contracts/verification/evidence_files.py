"""The files of an evidence pack: what a court, a panel or an auditor is handed about one subject, in one folder.

    pack                       which subject it is about, and at which positions
    entries/<position>         the exact bytes of an entry, and beside it its proof; as in a proof bundle
    checkpoint, policy         likewise
    index.html                 for people: what happened, step by step, with the position of every statement
    index.json                 the same for programs, and why each entry is in the folder
    README.txt                 how to check it, and what it cannot show
    SHA256SUMS                 of all these
    SHA256SUMS.jws             the signature of whoever made the pack over those sums; missing when nobody signed

The entries prove themselves. What was chosen, and the pages about it, are the word of the maker: the signature says
whose. It is the one file that all others hang on, so a pack can be quoted by it.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from contracts.identity.jws import Detached, SignatureFault, parse_detached
from contracts.verification.bundle_files import (
    CHECKPOINT,
    POLICY,
    README,
    SUMS,
    BundleFault,
    Held,
    entry_file,
    fault_of_files,
    files_of,
    read_held,
    summed,
)

SUBJECT = "pack"
INDEX = "index.html"
INDEX_DATA = "index.json"
SIGNATURE = "SHA256SUMS.jws"

_VERSION = "bloc/evidence-pack@v1"
_STREAM = r"[a-z_]+(?:/[A-Za-z0-9_.-]+){1,2}"
_SUBJECT = re.compile(
    rf"{_VERSION}\nsubject ({_STREAM})\n((?:position (?:0|[1-9][0-9]{{0,18}})\n)+)",
    re.ASCII,
)
_NEEDED = (SUBJECT, CHECKPOINT, POLICY, INDEX, INDEX_DATA, README, SUMS)


class Pages(Struct, frozen=True):
    """What is written for readers: index.html, index.json and README.txt, as bytes."""

    index: bytes
    data: bytes
    readme: bytes


class Pack(Struct, frozen=True):
    """What the files hold: `subject` is a stream, `about` the positions that concern it, ascending; the others of
    `held` are there for the keys. `signature` is over `sums`, None when nobody signed; nothing is verified yet."""

    subject: str
    about: tuple[int, ...]
    held: Held
    sums: bytes
    signature: Detached | None


def is_subject(text: str) -> bool:
    """Whether a pack can be about this: a stream."""
    return re.fullmatch(_STREAM, text, re.ASCII) is not None


def write_pack(subject: str, about: tuple[int, ...], held: Held, pages: Pages) -> dict[str, bytes]:
    """Write all files but the signature, by path; what is to be signed is SHA256SUMS."""
    positions = "".join(f"position {position}\n" for position in about)
    return summed(
        {
            SUBJECT: f"{_VERSION}\nsubject {subject}\n{positions}".encode(),
            INDEX: pages.index,
            INDEX_DATA: pages.data,
            README: pages.readme,
            **files_of(held),
        }
    )


def read_pack(files: Mapping[str, bytes]) -> Pack | BundleFault:
    """Read the files strictly, as those of a bundle: none too few or too many, none damaged."""
    summed_files = {path: raw for path, raw in files.items() if path != SIGNATURE}
    if fault := fault_of_files(summed_files, _NEEDED):
        return fault
    said = _SUBJECT.fullmatch(files[SUBJECT].decode("latin-1"))
    if said is None:
        return BundleFault(
            SUBJECT, f"it is not `{_VERSION}`, `subject <stream>` and the positions, each on a line"
        )
    about = tuple(int(line.split(" ")[1]) for line in said[2].splitlines())
    if list(about) != sorted(set(about)):
        return BundleFault(SUBJECT, "its positions are not ascending")
    held = read_held(summed_files)
    if isinstance(held, BundleFault):
        return held
    for position in about:
        if position not in held.entries:
            return BundleFault(
                entry_file(position), f"it is missing: the pack says that it concerns {said[1]}"
            )
    signature = _signature_in(files)
    if isinstance(signature, BundleFault):
        return signature
    return Pack(said[1], about, held, files[SUMS], signature)


def _signature_in(files: Mapping[str, bytes]) -> Detached | BundleFault | None:
    if SIGNATURE not in files:
        return None
    read = parse_detached(files[SIGNATURE].decode("latin-1").removesuffix("\n"))
    return BundleFault(SIGNATURE, read.reason) if isinstance(read, SignatureFault) else read
