"""The key that signs checkpoints: how the next one comes into force, and that there is always one that can sign.

Registering a key says whose it is; rotating says that the ledger signs with it from that entry on. These rules
keep a ledger out of the two states that nobody could leave again: a key in force that may not sign any more, and
a next key that may not sign yet.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import UNSET

from contracts.events import CheckpointKeyRotated, KeyRevoked
from contracts.identity.keyring import LEDGER_ROLE
from contracts.limits import CHECKPOINT_KEY_OVERLAP_DAYS_MAX
from services.tariffs.domain.governance.mandates import acts_as_secretariat
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

CKEY_1 = Rule(
    id="CKEY-1",
    title="Who rotates the checkpoint key",
    text="The key that signs checkpoints is rotated by the ledger's own party or by the secretariat.",
    source="House rule: a lost key must be replaced even when nobody at the ledger can sign",
    since=FIRST_RULE_BOOK,
)
CKEY_2 = Rule(
    id="CKEY-2",
    title="Only the ledger signs checkpoints",
    text="A rotation names the party that the founding gave the role ledger.",
    source="C2SP tlog-checkpoint (the log signs); the founding names the party",
    since=FIRST_RULE_BOOK,
)
CKEY_3 = Rule(
    id="CKEY-3",
    title="The next key can sign",
    text="A rotation names a live key of the ledger's party: registered before, not revoked, valid on that day.",
    source="House rule: a checkpoint that covers the rotation needs this key, and can never be signed without it",
    since=FIRST_RULE_BOOK,
)
CKEY_4 = Rule(
    id="CKEY-4",
    title="The next key is another one",
    text="A rotation names a key that is not in force already.",
    source="House rule: a rotation says something new",
    since=FIRST_RULE_BOOK,
)
CKEY_5 = Rule(
    id="CKEY-5",
    title="An overlap has an end in sight",
    text=(
        f"An overlap ends after the day on which the rotation is recorded (UTC), and at most "
        f"{CHECKPOINT_KEY_OVERLAP_DAYS_MAX} days after it."
    ),
    source="House rule: witnesses need time to take in the new key, and the old one is being given up",
    since=FIRST_RULE_BOOK,
)
CKEY_6 = Rule(
    id="CKEY-6",
    title="The key in force is not revoked",
    text="The key that signs checkpoints is rotated away before it is revoked; one submission may do both.",
    source="House rule: a ledger whose key is revoked could sign no checkpoint, not even of that revocation",
    since=FIRST_RULE_BOOK,
)
RULES = (CKEY_1, CKEY_2, CKEY_3, CKEY_4, CKEY_5, CKEY_6)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules of the checkpoint key that an event breaks."""
    if rules.charter is None:
        return
    match submitted.event.data:
        case CheckpointKeyRotated() as data:
            yield from _rotated(rules, submitted, data)
        case KeyRevoked() as data:
            yield from _revoked(rules, submitted, data)
        case _:
            return


def _rotated(rules: RulesState, submitted: Submitted, data: CheckpointKeyRotated) -> Iterator[Violation]:
    author, ledger = submitted.event.party, rules.ring.party_of_role(LEDGER_ROLE)
    if author != ledger and not acts_as_secretariat(rules, submitted.event, submitted.recorded_on):
        yield submitted.breaks(
            CKEY_1,
            "$.source",
            f"{author} may not rotate the checkpoint key; ask {ledger} or {rules.ring.secretariat}",
        )
    if data.party != ledger:
        yield submitted.breaks(
            CKEY_2, "$.data.party", f"{data.party} signs no checkpoints; the ledger's party is {ledger}"
        )
        return
    yield from _next_key(rules, submitted, data)
    yield from _overlap(submitted, data)


def _next_key(rules: RulesState, submitted: Submitted, data: CheckpointKeyRotated) -> Iterator[Violation]:
    key = rules.ring.find(data.kid)
    if key is None or key.party != data.party:
        yield submitted.breaks(
            CKEY_3,
            "$.data.kid",
            f"{data.kid} is no key of {data.party}; register it first (bloc.key.registered.v1)",
        )
    elif key.revoked_at is not None:
        yield submitted.breaks(
            CKEY_3,
            "$.data.kid",
            f"{data.kid} was revoked at position {key.revoked_at}; register another key and rotate to it",
        )
    elif not rules.ring.is_live(data.kid, on=submitted.recorded_on.isoformat()):
        yield submitted.breaks(
            CKEY_3, "$.data.kid", f"{data.kid} is valid from {key.valid_from} on; rotate on that day"
        )
    if _in_force(rules) == data.kid:
        yield submitted.breaks(
            CKEY_4, "$.data.kid", f"{data.kid} signs the checkpoints already; name the next key"
        )


def _overlap(submitted: Submitted, data: CheckpointKeyRotated) -> Iterator[Violation]:
    if data.overlap_until is UNSET:
        return
    latest = submitted.recorded_on + timedelta(days=CHECKPOINT_KEY_OVERLAP_DAYS_MAX)
    last_day = datetime.fromisoformat(data.overlap_until).astimezone(UTC).date()
    if not submitted.recorded_on < last_day <= latest:
        yield submitted.breaks(
            CKEY_5,
            "$.data.overlap_until",
            f"{data.overlap_until} does not lie after {submitted.recorded_on} and by the end of {latest}; "
            "leave the overlap out when there is to be none",
        )


def _revoked(rules: RulesState, submitted: Submitted, data: KeyRevoked) -> Iterator[Violation]:
    key = rules.ring.find(data.kid)
    if key is None or key.party != data.party or key.revoked_at is not None:
        return
    if _in_force(rules) == data.kid:
        yield submitted.breaks(
            CKEY_6,
            "$.data.kid",
            f"{data.kid} signs the checkpoints; rotate to another key first (bloc.checkpoint_key.rotated.v1)",
        )


def _in_force(rules: RulesState) -> str:
    """The kid of the key in force, "" when the charter names no ledger."""
    keys = rules.ring.checkpoint_keys
    return keys[-1].kid if keys else ""
