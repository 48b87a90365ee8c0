"""Keys: who may bring a key into the ledger, who may take it out, and that nobody locks the bloc out.

After its first key a party is its own master: were the secretariat able to register further keys, it could sign
in any party's name. The price is that a party that loses all its keys comes back under a new name.
"""

from collections.abc import Iterator

from msgspec import UNSET

from contracts.events import KeyRegistered, KeyRevoked
from contracts.identity.keys import thumbprint
from contracts.identity.possession import check_possession
from services.tariffs.domain.governance.mandates import acts_as_secretariat
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

KEY_1 = Rule(
    id="KEY-1",
    title="The first key comes from the secretariat",
    text="The first key of a party is registered by the secretariat.",
    source="House rule: somebody must vouch for who a party is",
    since=FIRST_RULE_BOOK,
)
KEY_2 = Rule(
    id="KEY-2",
    title="Further keys come from the party",
    text="Once a party has a key, further keys of it are registered by the party itself, signed with a live key.",
    source="House rule: whoever can register a party's keys can sign in its name",
    since=FIRST_RULE_BOOK,
)
KEY_3 = Rule(
    id="KEY-3",
    title="A key is proven",
    text="A key is registered with a proof that its party holds the private half.",
    source="RFC 7515, appendix F (detached signature); RFC 7800 (proof of possession)",
    since=FIRST_RULE_BOOK,
)
KEY_4 = Rule(
    id="KEY-4",
    title="A key is registered once",
    text="A key that was ever registered, for whichever party, is not registered again.",
    source="House rule: a signature belongs to one party for ever",
    since=FIRST_RULE_BOOK,
)
KEY_5 = Rule(
    id="KEY-5",
    title="Who revokes a key",
    text="A key is revoked by its own party or by the secretariat.",
    source="House rule: a stolen key must be stopped even when its owner cannot be reached",
    since=FIRST_RULE_BOOK,
)
KEY_6 = Rule(
    id="KEY-6",
    title="Only a live key is revoked",
    text="A revocation names a live key of the party; a second one may only add since when the key is suspect.",
    source="House rule: a revocation says something new",
    since=FIRST_RULE_BOOK,
)
KEY_7 = Rule(
    id="KEY-7",
    title="Nobody locks the bloc out",
    text=(
        "The last live key of the secretariat or of a service is not revoked, and no party's last live key is "
        "revoked as superseded: register the next one first."
    ),
    source="House rule: without these keys nothing could ever be recorded again",
    since=FIRST_RULE_BOOK,
)
RULES = (KEY_1, KEY_2, KEY_3, KEY_4, KEY_5, KEY_6, KEY_7)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Key rules that an event breaks."""
    if rules.charter is None:
        return
    match submitted.event.data:
        case KeyRegistered() as data:
            yield from _registered(rules, submitted, data)
        case KeyRevoked() as data:
            yield from _revoked(rules, submitted, data)
        case _:
            return


def _registered(rules: RulesState, submitted: Submitted, data: KeyRegistered) -> Iterator[Violation]:
    author = submitted.event.party
    if not rules.ring.party_keys(data.party):
        if not acts_as_secretariat(rules, submitted.event, submitted.recorded_on):
            yield submitted.breaks(
                KEY_1,
                "$.data.party",
                f"{data.party} has no key yet; send the public key to {rules.ring.secretariat}, which registers it",
            )
    elif author != data.party:
        yield submitted.breaks(
            KEY_2,
            "$.data.party",
            f"{data.party} has a key already; only {data.party} may register a further one",
        )
    kid = thumbprint(data.jwk)
    origin = rules.origin
    if not check_possession(data.proof, data.jwk, origin=origin, party=data.party):
        yield submitted.breaks(
            KEY_3,
            "$.data.proof",
            f'the proof does not verify; sign the bytes "{origin} {data.party} {kid}" with the new key',
        )
    known = rules.ring.find(kid)
    if known is not None:
        yield submitted.breaks(
            KEY_4,
            "$.data.jwk",
            f"{kid} was registered for {known.party} at position {known.registered_at}; make a new key",
        )


def _revoked(rules: RulesState, submitted: Submitted, data: KeyRevoked) -> Iterator[Violation]:
    author = submitted.event.party
    if author != data.party and not acts_as_secretariat(rules, submitted.event, submitted.recorded_on):
        yield submitted.breaks(
            KEY_5,
            "$.data.party",
            f"{author} may not revoke keys of {data.party}; ask {data.party} or the secretariat",
        )
    key = rules.ring.find(data.kid)
    if key is None or key.party != data.party:
        yield submitted.breaks(
            KEY_6,
            "$.data.kid",
            f"{data.kid} is no key of {data.party}; GET /parties/{data.party} lists its keys",
        )
        return
    if key.revoked_at is not None:
        if data.suspect_from is UNSET:
            yield submitted.breaks(
                KEY_6, "$.data.kid", f"{data.kid} was revoked at position {key.revoked_at}"
            )
        return
    # A key that is valid from a later day only cannot take over today.
    day = submitted.recorded_on.isoformat()
    others = (other.kid for other in rules.ring.party_keys(data.party) if other.kid != data.kid)
    indispensable = data.party in (rules.ring.secretariat, *rules.ring.services.values())
    if (indispensable or data.reason == "superseded") and not any(
        rules.ring.is_live(other, on=day) for other in others
    ):
        yield submitted.breaks(
            KEY_7,
            "$.data.kid",
            f"{data.kid} is the last live key of {data.party}; register the next key first",
        )
