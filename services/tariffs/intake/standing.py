"""Whether this instance may decide for this ledger: its key, its origin and its trust anchor are the founded ones.

A service that was started with the wrong key or origin would sign decisions that the ledger calls forged, one after
the other. So it is asked before anything is decided, each time the key ring has changed, and said in plain words.
"""

from services.tariffs.domain.state import RulesState


class Standing:
    """`fault` says what is wrong; on an empty ledger nothing can be wrong yet."""

    def __init__(self, *, origin: str, trust_anchor: str, kid: str) -> None:
        self._origin = origin
        self._trust_anchor = trust_anchor
        self._kid = kid
        self._judged: tuple[object, str | None] = (None, None)

    def fault(self, rules: RulesState) -> str | None:
        """Why nothing may be decided, as a sentence for the operator; None when all is well."""
        ring, found = self._judged
        if ring is not rules.ring:
            found = self._judge(rules)
            self._judged = (rules.ring, found)
        return found

    def _judge(self, rules: RulesState) -> str | None:
        if rules.charter is None:
            return None
        founded_as = rules.charter.data.origin
        if founded_as != self._origin:
            return f"BLOC_ORIGIN is {self._origin}, but this ledger was founded as {founded_as}"
        if rules.ring.anchor != self._trust_anchor:
            return f"BLOC_TRUST_ANCHOR is {self._trust_anchor}, but this ledger was founded by {rules.ring.anchor}"
        party = rules.ring.party_of_role("tariffs")
        registered = rules.ring.find(self._kid)
        if registered is None or registered.party != party or not rules.ring.is_live(self._kid):
            return (
                f"the key {self._kid} of this service is no live key of {party}: register it, or use another"
            )
        return None
