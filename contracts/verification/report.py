"""What a verification came to: for people, for programs, and for the exit status of a command."""

from msgspec import Struct

from contracts.verification.fault import Fault, Remark

VERIFIED, FAULTY, MISUSED, INCOMPLETE, NO_QUORUM = 0, 1, 2, 3, 4
"""Exit statuses: all is as it should be · a fault was found · wrong use · something could not be had · everything
holds but for the witnesses: too few of them have cosigned."""


class Compared(Struct, frozen=True):
    """A checkpoint that the record was held against, and which witnesses of the policy have cosigned it."""

    name: str
    size: int
    root: str
    witnesses: tuple[str, ...] = ()
    quorum: bool | None = None
    """None where no policy was given."""
    cosigned_at: int = 0
    """POSIX seconds of the newest of these cosignatures; 0: there is none."""


class Report(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The outcome. `size` entries were asked for, the first `entries` of them were read, `recorded_at` stands on the
    last of those; `stated` of the `drafts` state the key versions that they were decided on; `anchor` is the founding
    key that all signatures rest on, compared with the auditor's own where `anchor_compared`."""

    origin: str
    size: int
    entries: int
    drafts: int
    root: str
    anchor: str
    anchor_compared: bool
    recorded_at: str = ""
    stated: int = 0
    checkpoints: tuple[Compared, ...] = ()
    quorum: bool | None = None
    tiles_compared: int = 0
    fault: Fault | None = None
    missing: str | None = None
    misused: str | None = None
    remarks: tuple[Remark, ...] = ()
    remarks_count: int = 0

    @property
    def status(self) -> int:
        """The exit status. A fault outweighs everything: what was found does not go away for want of the rest."""
        if self.fault is not None:
            return FAULTY
        if self.misused is not None:
            return MISUSED
        if self.missing is not None or self.entries != self.size:
            return INCOMPLETE
        return NO_QUORUM if self.quorum is False else VERIFIED
