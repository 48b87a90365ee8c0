"""Which version of the rules of admission each recorded draft was judged by, told from the committed rows alone.

From the version on that states what a draft was decided on, the first stamp of every accepted draft says so, and
before it none does. Whoever reads the rows back sees with one look at the end of a stamp which of the two it has.
"""

from collections.abc import Sequence

from contracts.admissions import ADMISSION_ACTIVATED, ADMISSION_FIRST, ADMISSION_STATING, activated_version
from contracts.decoding import decode_header
from contracts.entry import event_of
from contracts.malformed import Malformed
from services.ledger.domain.reading import REFUSED
from services.ledger.domain.seal import EntryRow

_QUOTE, _BRACE = b'"}'
"""The byte before the last one of a stamp: a text (a signature or a decision), or an object (key versions). A number
stands there in every entry that does not begin a draft."""


class AdmittedBy:
    """Goes through rows in order; `version` is what the draft was judged by that is being read."""

    __slots__ = ("_coming", "version")

    def __init__(self, version: int = ADMISSION_FIRST) -> None:
        """`version` judges the draft that begins with the first row."""
        self.version = self._coming = version

    @property
    def next(self) -> int:
        """The version that judges the draft behind the rows taken so far."""
        return self._coming

    def first_amiss(self, rows: Sequence[EntryRow]) -> tuple[int, str] | None:
        """Take the next rows, which must be found right otherwise: the first position whose stamp states key versions
        where the version asks for none, or states none where it asks for them; and which of the two."""
        for row in rows:
            entry = row[7]
            end = entry[entry.index(b"\n") - 2]
            if end in (_QUOTE, _BRACE):
                self.version = self._coming
                wanted = self.version >= ADMISSION_STATING and row[4] != REFUSED
                if wanted is not (end == _BRACE):
                    said = "states none" if wanted else "states key versions"
                    return row[
                        0
                    ], f"it {said}, and was admitted by version {self.version} of the rules of admission"
            if row[4] == ADMISSION_ACTIVATED:
                header = decode_header(event_of(entry))
                if not isinstance(header, Malformed):
                    self._coming = max(self._coming, activated_version(bytes(header.data)))
        return None
