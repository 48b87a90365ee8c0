"""Which rules of admission the ledger follows, as the record says; the rules themselves are the ledger's.

The deciding service needs to know for two reasons: to refuse an activation that the ledger could not carry out, and
to stop where its own release is too old to make drafts that are admitted.
"""

from contracts.admissions import ADMISSION_FIRST, ADMISSIONS_KNOWN
from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.domain.state import Recorded, RulesState


class UnknownAdmission(NewerReleaseNeeded):
    """The ledger follows rules of admission that this release does not have. No draft can be made for them."""


def activations(rules: RulesState, position: int) -> tuple[Recorded, ...]:
    """What was activated up to `position`, oldest first."""
    return tuple(entry for entry in rules.admissions if entry.position <= position)


def admission_at(rules: RulesState, position: int) -> int:
    """The version by which the ledger admits the draft behind `position`: the highest that was activated."""
    versions = (entry.data.version for entry in activations(rules, position))
    return max(versions, default=ADMISSION_FIRST)


def check_admission(rules: RulesState) -> None:
    """Raise UnknownAdmission when the ledger admits by a version that is none of ours."""
    for entry in rules.admissions:
        if entry.data.version not in ADMISSIONS_KNOWN:
            raise UnknownAdmission(
                f"position {entry.position} activates version {entry.data.version} of the rules of admission, and this "
                f"release has {listed()}: run a newer release"
            )


def listed() -> str:
    """The versions of this release, for people."""
    return ", ".join(map(str, ADMISSIONS_KNOWN))
