"""Price undertakings: accepted once, of one company, exempting from trade remedies that are there.

Whether goods are exempt is found while their duty is computed (assessment/undertakings.py), and a condition that is
not met costs the exemption and breaks no rule; only a claim on an undertaking that is not there does (UND-7).
"""

from collections.abc import Iterator

from msgspec import UNSET

from contracts.events import (
    UndertakingAccepted,
    UndertakingAmended,
    UndertakingInvoiceInvalidated,
    UndertakingWithdrawn,
)
from contracts.trade import BLOC
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.measures import kind_of_history, territory_of_name
from services.tariffs.domain.quotas.periods import territory_of_quota
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.rules.acts import fault_of
from services.tariffs.domain.state import RulesState

UND_1 = Rule(
    id="UND-1",
    title="An undertaking is accepted once",
    text="The name of an undertaking is used once; what is offered after it was withdrawn is another undertaking.",
    source="House rule: a name means one thing for ever",
    since=FIRST_RULE_BOOK,
)
UND_2 = Rule(
    id="UND-2",
    title="What holds is amended or withdrawn",
    text="An undertaking is amended or withdrawn after it was accepted and before it is over; its terms go "
    "one way.",
    source="Regulation (EU) 2016/1036, article 8(9)",
    since=FIRST_RULE_BOOK,
)
UND_3 = Rule(
    id="UND-3",
    title="An undertaking is of one company",
    text="Amended terms name the company whose undertaking was accepted.",
    source="Regulation (EU) 2016/1036, article 8(1): an exporter undertakes for himself",
    since=FIRST_RULE_BOOK,
)
UND_4 = Rule(
    id="UND-4",
    title="An undertaking exempts from duties against dumping or subsidies",
    text="Each measure that an undertaking exempts from was created, is an anti-dumping or a countervailing duty, and "
    "is of the territory of the undertaking.",
    source="Regulation (EU) 2016/1036, article 8(1); Regulation (EU) 2016/1037, article 13(1)",
    since=FIRST_RULE_BOOK,
)
UND_5 = Rule(
    id="UND-5",
    title="The cap of an undertaking is a quota",
    text="The order number that caps an undertaking has been opened, by its own territory or for the whole bloc.",
    source="Decision 2013/423/EU (an annual level of imports); the order number is a house rule",
    since=FIRST_RULE_BOOK,
)
UND_6 = Rule(
    id="UND-6",
    title="An invoice is invalidated once",
    text="An invoice is invalidated of an undertaking that was accepted, and only once.",
    source="Implementing Regulation (EU) 2020/444",
    since=FIRST_RULE_BOOK,
)
UND_7 = Rule(
    id="UND-7",
    title="A claimed undertaking is there",
    text="The undertaking that an item claims is recorded, and is of the territory into which the goods are imported.",
    source="House rule: a slip in a name must not cost the exemption unseen",
    since=FIRST_RULE_BOOK,
)
RULES = (UND_1, UND_2, UND_3, UND_4, UND_5, UND_6, UND_7)

EXEMPTED_KINDS = frozenset({"anti_dumping", "countervailing"})


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules of undertakings that an event breaks."""
    match submitted.event.data:
        case UndertakingAccepted() as data:
            history = rules.undertakings.get(data.undertaking, ())
            if history:
                yield submitted.breaks(
                    UND_1, "$.data.undertaking", f"{data.undertaking} is used already ({history[0].where})"
                )
            yield from _terms(rules, submitted, data)
        case UndertakingAmended() as data:
            yield from _follows(rules, submitted, data)
            yield from _same_company(rules, submitted, data)
            yield from _terms(rules, submitted, data)
        case UndertakingWithdrawn() as data:
            yield from _follows(rules, submitted, data)
        case UndertakingInvoiceInvalidated() as data:
            yield from _invalidated(rules, submitted, data)
        case _:
            return


def _follows(
    rules: RulesState, submitted: Submitted, data: UndertakingAmended | UndertakingWithdrawn
) -> Iterator[Violation]:
    history = rules.undertakings.get(data.undertaking, ())
    fault = fault_of(rules, history, submitted.event)
    if fault is not None:
        path = "$.data.effective_from" if history else "$.data.undertaking"
        yield submitted.breaks(UND_2, path, f"{data.undertaking} {fault.because}")


def _same_company(rules: RulesState, submitted: Submitted, data: UndertakingAmended) -> Iterator[Violation]:
    for entry in known_entries(rules.undertakings, data.undertaking):
        if isinstance(entry.data, UndertakingAccepted) and entry.data.company != data.company:
            company = entry.data.company
            yield submitted.breaks(
                UND_3,
                "$.data.company",
                f"{data.undertaking} is of {company.scheme} {company.id} ({entry.where}); accept another one",
            )


def _terms(
    rules: RulesState, submitted: Submitted, data: UndertakingAccepted | UndertakingAmended
) -> Iterator[Violation]:
    territory = territory_of_name(data.undertaking)
    for index, measure in enumerate(data.exempts):
        path = f"$.data.exempts[{index}]"
        kind = kind_of_history(rules.measures.get(measure, ()), rules.position)
        if kind is None:
            yield submitted.breaks(UND_4, path, f"no measure {measure} is recorded; create it first")
        elif kind not in EXEMPTED_KINDS:
            yield submitted.breaks(UND_4, path, f"{measure} is a measure of kind {kind}")
        elif territory_of_name(measure) != territory:
            yield submitted.breaks(UND_4, path, f"{measure} is no measure of {territory}")
    if data.quota is UNSET:
        return
    owner = territory_of_quota(rules, data.quota)
    if owner is None:
        yield submitted.breaks(
            UND_5,
            "$.data.quota",
            f"no period of {data.quota} is recorded; open it first (bloc.quota.opened.v1)",
        )
    elif owner not in (territory, BLOC):
        yield submitted.breaks(
            UND_5, "$.data.quota", f"{data.quota} is an order number of {owner}, not of {territory}"
        )


def _invalidated(
    rules: RulesState, submitted: Submitted, data: UndertakingInvoiceInvalidated
) -> Iterator[Violation]:
    said = known_entries(rules.undertakings, data.undertaking)
    if not any(isinstance(entry.data, UndertakingAccepted) for entry in said):
        yield submitted.breaks(
            UND_6, "$.data.undertaking", f"{data.undertaking} is not recorded as accepted; check the name"
        )
    for entry in said:
        if isinstance(entry.data, UndertakingInvoiceInvalidated) and entry.data.invoice == data.invoice:
            yield submitted.breaks(
                UND_6, "$.data.invoice", f"invoice {data.invoice} was invalidated already ({entry.where})"
            )
            return
