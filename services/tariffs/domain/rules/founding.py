"""Founding: the one submission that a ledger begins with, and what its charter must hold."""

from collections.abc import Iterator

from contracts.events import Founded
from contracts.identity.keys import thumbprint
from contracts.identity.possession import check_possession
from services.tariffs.domain.rule import FIRST_RULE_BOOK, RULESETS, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

FND_1 = Rule(
    id="FND-1",
    title="The founding comes first",
    text="Nothing is recorded before the bloc is founded: the first event of the first submission is the founding.",
    source="House rule: every later event is judged by the keys and mandates that begin here",
    since=FIRST_RULE_BOOK,
)
FND_2 = Rule(
    id="FND-2",
    title="A bloc is founded once",
    text="A second founding is refused, whoever signs it.",
    source="House rule: two charters would be two blocs",
    since=FIRST_RULE_BOOK,
)
FND_3 = Rule(
    id="FND-3",
    title="The secretariat founds",
    text="The founding is issued by the secretariat that it names and signed with the key that it registers.",
    source="House rule: the key of the charter is the trust anchor of every verifier",
    since=FIRST_RULE_BOOK,
)
FND_4 = Rule(
    id="FND-4",
    title="Founding keys are proven",
    text="Each key of the founding comes with a proof that its party holds the private half.",
    source="RFC 7515, appendix F (detached signature); RFC 7800 (proof of possession)",
    since=FIRST_RULE_BOOK,
)
FND_5 = Rule(
    id="FND-5",
    title="One party for each service",
    text="The founding names one party for each of the services tariffs and ledger; no party and no key serves twice.",
    source="House rule: whoever decides does not record",
    since=FIRST_RULE_BOOK,
)
FND_6 = Rule(
    id="FND-6",
    title="The rule book in use",
    text="The founding names a rule book that the tariffs service can decide with.",
    source="House rule: an answer can be checked only with the rule book that gave it",
    since=FIRST_RULE_BOOK,
)
RULES = (FND_1, FND_2, FND_3, FND_4, FND_5, FND_6)

SERVICES = ("ledger", "tariffs")


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Founding rules that an event breaks."""
    data = submitted.event.data
    if not isinstance(data, Founded):
        if rules.charter is None:
            yield submitted.breaks(
                FND_1,
                "$.type",
                f"{submitted.event.type} comes before any founding; found the bloc first (bloc found)",
            )
        return
    if rules.charter is not None:
        yield submitted.breaks(FND_2, "$.type", f"the bloc was founded already ({rules.charter.where})")
        return
    yield from _signed_by_its_secretariat(submitted, data)
    yield from _proven(submitted, data)
    yield from _services(submitted, data)
    if data.ruleset not in RULESETS:
        yield submitted.breaks(
            FND_6, "$.data.ruleset", f"this release has {', '.join(RULESETS)}, not {data.ruleset}"
        )


def _signed_by_its_secretariat(submitted: Submitted, data: Founded) -> Iterator[Violation]:
    if submitted.event.party != data.secretariat.party:
        yield submitted.breaks(
            FND_3, "$.source", f"{submitted.event.party} issues what only {data.secretariat.party} may"
        )
    elif submitted.kid != thumbprint(data.secretariat.jwk):
        yield submitted.breaks(
            FND_3,
            "$.data.secretariat.jwk",
            "the signature is by another key; sign with the key that is registered here",
        )


def _proven(submitted: Submitted, data: Founded) -> Iterator[Violation]:
    proven = [("$.data.secretariat.proof", data.secretariat)]
    proven += [(f"$.data.services[{index}].proof", service) for index, service in enumerate(data.services)]
    for path, holder in proven:
        if not check_possession(holder.proof, holder.jwk, origin=data.origin, party=holder.party):
            kid = thumbprint(holder.jwk)
            yield submitted.breaks(
                FND_4,
                path,
                f'the proof does not verify; sign the bytes "{data.origin} {holder.party} {kid}" with the key',
            )


def _services(submitted: Submitted, data: Founded) -> Iterator[Violation]:
    roles = sorted(service.role for service in data.services)
    if roles != list(SERVICES):
        yield submitted.breaks(
            FND_5,
            "$.data.services",
            f"name one party for each of {' and '.join(SERVICES)}; found {', '.join(roles)}",
        )
    parties = [data.secretariat.party, *(service.party for service in data.services)]
    keys = {data.secretariat.jwk.x, *(service.jwk.x for service in data.services)}
    if len(set(parties)) < len(parties) or len(keys) < len(parties):
        yield submitted.breaks(
            FND_5, "$.data.services", "secretariat and services must be different parties with different keys"
        )
