"""Version 2 of the rules of admission: the record shows what each draft was decided on.

Before it the ledger alone saw the key versions that a draft expects, and everybody else had its word that they stood
there. Now the first stamp states them, so a draft that was kept back until the rules had changed, and a later draft
that was decided on an entry which is not there any more, are seen by whoever reads the record.
"""

from contracts.expectations import encode_stated, fits_entry, is_key, stated_of
from services.ledger.domain.reading import ReadDraft
from services.ledger.domain.state import LedgerState
from services.ledger.domain.verify import Authentic, Fault

_NAME_CHARACTERS_MAX = 100


def states_what_it_expects(state: LedgerState, draft: ReadDraft, authentic: Authentic) -> bytes | Fault:
    """What the first stamp of an authentic draft states, as JSON (nothing for a refusal); or why it cannot."""
    position = authentic.decision.position
    if position >= state.size:
        return Fault(
            "malformed", f"the decision knows position {position}, and {state.size} entries are recorded"
        )
    if draft.refused is not None:
        return b""
    written = {header.subject for part in draft.parts for header in part.headers}
    if unexpected := written - draft.expects.keys():
        return Fault(
            "malformed", f"the draft writes to {min(unexpected)} and does not expect a version of it"
        )
    stated = stated_of(draft.expects, written)
    for key in stated:
        if not is_key(key):
            return Fault("malformed", f"{key[:_NAME_CHARACTERS_MAX]!r} is neither a stream nor a guard")
    encoded = encode_stated(stated)
    if not fits_entry(encoded, draft.parts[0].lines[0]):
        return Fault(
            "malformed", f"{len(encoded)} bytes of key versions do not fit the first entry of the draft"
        )
    return encoded
