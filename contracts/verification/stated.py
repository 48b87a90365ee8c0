"""What a draft says that it was decided on, held against what the decision signed: nothing of the past is needed.

Whether the keys stood at these versions only the record as a whole can tell (`marks.first_outdated`).
"""

from collections.abc import Sequence

from msgspec import UNSET

from contracts.decision import Decision, expects_digest
from contracts.expectations import expects_of, is_key
from contracts.verification.fault import Fault
from contracts.verification.parts import Part

FIELD = "stamp.expects"


def fault_of_expects(parts: Sequence[Part], decision: Decision) -> Fault | None:
    """Whether the key versions that the first stamp states, if it states any, are those of the decision."""
    lead = parts[0].lead
    if lead.expects is UNSET:
        return None
    if lead.signature is UNSET:
        return Fault(lead.position, FIELD, "a refusal states no key versions")
    firsts: dict[str, int] = {}
    for part in parts:
        firsts = {**part.first_versions, **firsts}
    for key, version in lead.expects.items():
        if not is_key(key) or version < 0:
            return Fault(lead.position, FIELD, f"{key[:100]!r} at version {version} is no key version")
        if key in firsts:
            return Fault(lead.position, FIELD, f"it states {key}, whose version its own entries show")
    if expects_digest(expects_of(lead.expects, firsts)) != decision.expects:
        return Fault(lead.position, FIELD, "these are not the key versions that the decision was made on")
    return None
