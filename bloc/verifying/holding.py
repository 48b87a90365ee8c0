"""The checkpoints of a run: the one that the record is served with, and those that the auditor holds.

They are read before anything else, because they say how far to read and at which sizes to look at the root. A served
checkpoint that cannot be accepted is a fault of the record; one of the auditor's own that cannot be used is wrong use:
it must neither accuse nor silently go unheard.
"""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from bloc.verifying.sources import CHECKPOINT, Missing, Source, is_url, open_source
from contracts.tlog.notes import NoteFault
from contracts.tlog.policy import Policy
from contracts.verification.checkpoints import Claim, read_claim
from contracts.verification.fault import Fault
from contracts.verification.report import Compared, Report

COSIGNED = "checkpoint/cosigned"


class Held(Struct, frozen=True):
    """What a run goes by. `claims`: all checkpoints, the served one first; `fault`: what they alone show already."""

    where: str
    served: Claim
    claims: tuple[Claim, ...]
    policy: Policy | None
    has_tiles: bool
    copy: str = ""
    copy_size: int = 0
    fault: Fault | None = None

    @property
    def quorum(self) -> bool | None:
        """Whether the served checkpoint has the quorum of the policy; None without a policy."""
        return None if self.served.accepted is None else self.served.accepted.quorum

    @property
    def compared(self) -> tuple[Compared, ...]:
        """The checkpoints for the report."""
        return tuple(
            Compared(
                claim.name,
                claim.checkpoint.size,
                claim.checkpoint.root.hex(),
                () if claim.accepted is None else claim.accepted.witnesses,
                None if claim.accepted is None else claim.accepted.quorum,
                claim.cosigned_at,
            )
            for claim in self.claims
        )


class Unusable(Struct, frozen=True):
    """A run cannot begin: the served checkpoint is at fault, cannot be had, or the auditor's own cannot be used."""

    fault: Fault | None = None
    missing: Missing | None = None
    misused: str | None = None

    def report(self, origin: str) -> Report:
        """The outcome of a run that did not begin."""
        missing = None if self.missing is None else f"{self.missing.name}: {self.missing.reason}"
        return Report(
            origin=origin,
            size=0,
            entries=0,
            drafts=0,
            root="",
            anchor="",
            anchor_compared=False,
            fault=self.fault,
            missing=missing,
            misused=self.misused,
        )


def hold(
    where: str,
    source: Source,
    *,
    policy: Policy | None,
    origin: str | None,
    older: Sequence[tuple[str, bytes]],
    copy: str = "",
) -> Held | Unusable:
    """Read the served checkpoint and the `older` ones (name, bytes); `copy`: folder of an older download."""
    served = _served(source, CHECKPOINT, policy, origin)
    if not isinstance(served, Claim):
        return served
    claims = [served]
    if served.accepted is not None and not served.accepted.quorum and is_url(where):
        cosigned = _served(source, COSIGNED, policy, served.checkpoint.origin)
        if isinstance(cosigned, Unusable) and cosigned.fault is not None:
            return cosigned
        if isinstance(cosigned, Claim):
            # The ledger goes on while it is asked: the newer of the two is what there is to verify.
            claims = sorted((cosigned, served), key=lambda claim: claim.checkpoint.size, reverse=True)
            served = claims[0]
    copy_size = 0
    if copy:
        raw = open_source(copy).read(CHECKPOINT)
        if isinstance(raw, Missing):
            return Unusable(
                misused=f"{raw.name}: {raw.reason}; a copy has the checkpoint that it was made with"
            )
        older = [*older, (f"{copy}/{CHECKPOINT}", raw)]
    for name, raw in older:
        claim = read_claim(name, raw, policy, served.checkpoint.origin)
        if isinstance(claim, NoteFault):
            return Unusable(misused=f"{name} cannot be used: {claim.reason}")
        claims.append(claim)
        copy_size = claim.checkpoint.size
    return Held(
        where=where,
        served=served,
        claims=tuple(claims),
        policy=policy,
        has_tiles=is_url(where) or (Path(where) / "tile" / "0").exists(),
        copy=copy,
        copy_size=copy_size if copy else 0,
        fault=_fault_of_going_back(served, claims),
    )


def _served(source: Source, path: str, policy: Policy | None, origin: str | None) -> Claim | Unusable:
    raw = source.read(path)
    if isinstance(raw, Missing):
        return Unusable(missing=raw)
    claim = read_claim(source.name_of(path), raw, policy, origin)
    return Unusable(fault=Fault(None, path, claim.reason)) if isinstance(claim, NoteFault) else claim


def _fault_of_going_back(served: Claim, claims: Sequence[Claim]) -> Fault | None:
    """A record never gets shorter. The oldest checkpoint that reaches beyond it is named."""
    beyond = [claim for claim in claims if claim.checkpoint.size > served.checkpoint.size]
    if not beyond:
        return None
    oldest = min(beyond, key=lambda claim: claim.checkpoint.size)
    reason = (
        f"it covers {oldest.checkpoint.size} entries, and the record is served with {served.checkpoint.size} "
        "only: its end is missing"
    )
    return Fault(None, oldest.name, reason, size=oldest.checkpoint.size)
