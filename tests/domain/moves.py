"""What may happen next in a bloc: legal-looking events of every family, drawn from one number each.

A move looks right (real names, days near the moment, amounts that are owed) and is often not: it comes twice, too
early, of a thing that is not there, or overlaps another. Which one is lawful, the rules say.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from contracts.envelope import Event
from contracts.events import CORRECTABLE
from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.rule import RULESETS
from tests.domain import crisis, customs, facts, governing, legal_acts, members, mending, quotas, trade, vault
from tests.domain.facts import GALLIUM, METAL, OXIDE, SECRETARIAT, percent
from tests.domain.ledgered import Record
from tests.domain.rates import rate
from tests.domain.reclassifying import reclassified

Option = TypeVar("Option")

DAYS = ("2026-05-01", "2026-06-01", "2026-06-20", "2026-07-01", "2026-08-01", "2026-10-01", "2027-01-01")
ORIGINS = ("CN", "AU", "DE", "BR", "US")
ACTS = (legal_acts.TARIFF, "bloc.council.decision.2026-3", legal_acts.FERRO)
REFERENCES = ("D1", "D1", "D2")
AMOUNTS = ("0.00", "100.00", "16000.00", "26196.00", "638196.00")
LOTS = ("vault.2026-L01", "vault.2026-L02")


class Choice:
    """A number that is taken apart, choice by choice."""

    def __init__(self, number: int) -> None:
        self._left = number

    def of(self, options: Sequence[Option]) -> Option:
        """One of the options."""
        self._left, at = divmod(self._left, len(options))
        return options[at]

    def days(self) -> dict[str, Any]:
        """A first day, and perhaps an end after it (or, sometimes, before it)."""
        return {"effective_from": self.of(DAYS), "effective_to": self.of((None, None, None, *DAYS[4:]))}


Move = Callable[[Record, datetime, Choice], tuple[Event[Any], ...]]


def membership(_record: Record, _now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """A step of a member, or one of its commitments."""
    member, day = choice.of(("AU", "EU", "BR", "US")), choice.of(DAYS)
    lands = ["DE", "FR"] if member == "EU" else [member]
    mineral = choice.of(("*", "ndpr", "gallium"))
    zone = choice.of(("Asia/Seoul", "America/New_York", "Europe/Brussels"))
    return choice.of(
        (
            members.joined(member, day, territories=lands, legal_tz=zone),
            (members.invited(member, on=day),),
            (members.memorandum(member, on=day),),
            (members.acceded(member, day, territories=[*lands, choice.of(("NO", "DE"))]),),
            (members.suspended(member, day, mineral),),
            (members.reinstated(member, day, mineral),),
            (members.withdrawn(member, day),),
            (members.commitment(member), members.fulfilled(member)),
            (members.fulfilled(member),),
        )
    )


def acts_and_areas(_record: Record, _now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """A legal act lives; a country comes into an area or leaves it."""
    act, country, days = choice.of(ACTS), choice.of(ORIGINS), choice.days()
    start, end = days["effective_from"], days["effective_to"]
    return choice.of(
        (
            (legal_acts.adopted(act, start, end),),
            (legal_acts.adopted(act, start, end), legal_acts.published(act)),
            (legal_acts.said("extended", act, start, end),),
            (legal_acts.said("suspended", act, start, end),),
            (legal_acts.said("resumed", act, start),),
            (legal_acts.said("repealed", act, start),),
            (legal_acts.quashed(act, choice.of((None, start))),),
            (legal_acts.area_joined(country, start),),
            (legal_acts.area_left(country, start),),
        )
    )


def measures(_record: Record, _now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """A measure of the United States begins, changes or ends, perhaps on an act that is recorded."""
    name = choice.of(("us.base.a", "us.base.b", "us.base.c", "us.preference.a"))
    goods = choice.of((facts.goods("284690"), facts.goods("28"), facts.goods(lines=[OXIDE, METAL])))
    places = choice.of(((), ("CN",), ("BLOC",), ("2005",)))
    origins = facts.origins(*places, exclude=choice.of(((), (), ("AU",))))
    basis = choice.of((facts.act(), legal_acts.resting_on(legal_acts.TARIFF)))
    days, rate_now = choice.days(), choice.of(("0", "3.7", "5.5"))
    kind = {"us.base.c": "autonomous_suspension", "us.preference.a": "preference"}.get(name, "base")
    terms: dict[str, Any] = {
        "goods": goods,
        "origins": origins,
        "duty": [percent(rate_now)],
        "legal_basis": basis,
    }
    start = days["effective_from"]
    return choice.of(
        (
            (facts.measure(name, kind=kind, **terms, **days),),
            (facts.measure_act("amended", start, name, **terms),),
            (facts.measure_act("suspended", start, name, effective_to=days["effective_to"]),),
            (facts.measure_act("resumed", start, name),),
            (facts.measure_act("terminated", start, name),),
        )
    )


def floors(_record: Record, _now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """A floor, a price or a rate is said; a line gets another code."""
    line, price, days = (
        choice.of((OXIDE, METAL, GALLIUM)),
        choice.of(("110.00", "0.01", "112.00")),
        choice.days(),
    )
    start = days["effective_from"]
    return choice.of(
        (
            (facts.floor(price, named=line, **days),),
            (facts.floor(price, "revised", named=line, **days),),
            (facts.floor_act("suspended", start, line, effective_to=days["effective_to"]),),
            (facts.floor_act("resumed", start, line),),
            (facts.floor_act("withdrawn", start, line),),
            (facts.reference_price(line),),
            (rate("1.34", choice.of(("GBP", "EUR")), applies_from=start, applies_to="2027-01-01"),),
            (reclassified(line),),
        )
    )


def imports(record: Record, now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """Goods are declared, or something is done with a declaration; amounts are often those that are owed."""
    reference = choice.of(REFERENCES)
    state = _declaration(record, reference)
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    item = trade.item_data(
        choice.of(("708000.00", "1320000.00", "1319999.99", "1476000.00", "0.00")),
        origin=choice.of(ORIGINS),
        item_no=choice.of((1, 1, 2)),
        **choice.of(({}, {"line": METAL, "commodity_code": "2805301000"}, trade.claimed())),
    )
    owed, refund, demand = (
        str(state.charged),
        *(
            next(
                ((name, str(claim.amount)) for name, claim in claims.items() if not claim.is_met),
                ("R1", "1.00"),
            )
            for claims in (state.refunds, state.additional_duties)
        ),
    )
    more = {"reference": reference, "at": stamp}
    secured = choice.of(AMOUNTS)
    return choice.of(
        (
            (trade.declaration(item, accepted_at=stamp, reference=reference),),
            (trade.declaration(item, accepted_at=state.accepted_at or stamp, reference=reference),),
            (customs.amended(item, **more),),
            (customs.invalidated(**more),),
            (customs.ordered(**more),),
            (customs.settled(choice.of((owed, owed, "1.00")), **more),),
            (customs.settled(demand[1], demand[0], **more),),
            (customs.paid(refund[1], refund[0], **more),),
            (customs.secured(secured, item, lodged_at=stamp, reference=reference),),
            (customs.released(**more),),
        )
    )


def silicon(_record: Record, now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """Quotas are opened, blocked, claimed by declarations, and given back."""
    start, reference = choice.of(DAYS), choice.of(("E1", "E2", "E3"))
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    item = quotas.silicon(*choice.of((("500", "602500.00"), ("100", "120500.00"), ("0", "0.00"))))
    more = {"member": "EU", "reference": reference, "by": "eu.customs"}
    return choice.of(
        (
            (quotas.opened(choice.of(("180", "20")), effective_from=start, effective_to=choice.of(DAYS)),),
            (quotas.blocked(start, choice.of((None, *DAYS))),),
            (quotas.unblocked(start),),
            (quotas.within(), quotas.beyond()),
            (quotas.declared(item, reference=reference, accepted_at=stamp),),
            (customs.amended(item, at=stamp, **more),),
            (customs.invalidated(at=stamp, **more),),
        )
    )


def reserve(_record: Record, now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """Stock comes and goes, is lent and comes back."""
    day, lot = choice.of((now.date().isoformat(), *DAYS)), choice.of(LOTS)
    quantity = choice.of(("60000", "120000", "500000", "0"))
    drawdown, due = choice.of(("vault.2026-0007", "vault.2026-0008")), crisis.paid(quantity)
    shares = [{"lot": lot, "quantity": trade.mass(quantity)}]
    on = {"obligation": drawdown}
    return choice.of(
        (
            (vault.lot(lot, quantity, received_on=day),),
            (vault.signed(quantity=quantity), vault.signed(crisis.GEVERNOVA, company="oem.gevernova")),
            (vault.drawn(drawdown, quantity, due, released_on=day, lots=shares),),
            (vault.came_back(f"back.{quantity}", quantity, received_on=day, **on),),
            (vault.transferred(choice.of(("t1", "t2")), quantity, transferred_on=day),),
            (vault.lost(choice.of(("1200", quantity)), lot=lot, lost_on=day),),
            (vault.relocated(choice.of(("Here", "There")), lot=lot, relocated_on=day),),
            (vault.extended(choice.of(("2027-05-03", "2027-08-03")), day, **on),),
            (vault.accrued(), vault.target()),
            (crisis.forgiven(quantity, day, **on),),
            (crisis.defaulted(day, **on),),
            (crisis.bought_back(quantity, due, exercised_on=day, lots=shares),),
        )
    )


def emergencies(_record: Record, now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """An emergency is declared, releases are ordered and drawn on, it ends."""
    day = choice.of((now.date().isoformat(), *DAYS))
    release = choice.of(("R1", "R2"))
    return choice.of(
        (
            (crisis.declared(effective_from=day),),
            (crisis.ended(day),),
            (crisis.ordered(name=release, ordered_on=day),),
            (crisis.taken(f"on.{release}", "40000", day, release=release),),
            (crisis.by_gevernova(f"for.{release}", "60000", day, release=release),),
        )
    )


def governance(record: Record, now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """Proposals, cases, mandates, keys, and a newer rule book."""
    name = choice.of(("p1", "p2"))
    proposed = choice.of((facts.floor("111.00"), facts.floor_act("withdrawn", "2026-10-01")))
    history = record.bloc.rules.proposals.get(name) or ()
    at = history[0].position if history else record.next
    today = now.date().isoformat()
    party = choice.of(("us.trade", "us.customs", governing.COUNCIL))
    return choice.of(
        (
            (governing.submitted(proposed, name=name),),
            (governing.approved(at, name, choice.of((governing.COUNCIL, SECRETARIAT))),),
            (governing.rejected(at, name),),
            (governing.withdrawn(name),),
            (governing.under(proposed, name),),
            (
                governing.ruleset_activated(
                    choice.of(RULESETS[1:]), effective_from=choice.of((today, "2027-01-01"))
                ),
            ),
            (governing.admission_activated(choice.of((1, 2, 3))),),
            (governing.case_opened(choice.of(("investigation", "dispute")), opened_on="2026-01-14"),),
            (governing.consultations(today), governing.ruling(on=today)),
            (governing.ruling(choice.of(("provisional", "final")), today),),
            (governing.case_closed(choice.of(("ruled", "withdrawn", "settled")), today),),
            (facts.mandate_revoked(party, choice.of((today, "2027-01-01"))),),
            (facts.key_registered(party, by=party, key=facts.key_of(party, 2)),),
            (facts.key_revoked(party, facts.key_of(party, 2)),),
        )
    )


def mends(record: Record, _now: datetime, choice: Choice) -> tuple[Event[Any], ...]:
    """Something recorded is corrected or annulled: rules, and corrections and annulments of them."""
    said = [(at, event) for at, event in enumerate(record.said) if event.type in CORRECTABLE]
    at, original = choice.of(said)
    if choice.of((True, False)) or "effective_from" not in original.data.__struct_fields__:
        return (mending.annulled(record.bloc, original, at),)
    return (mending.corrected(record.bloc, original, at, effective_from=choice.of(DAYS)),)


MOVES: Mapping[str, Move] = {
    move.__name__: move
    for move in (
        membership,
        acts_and_areas,
        measures,
        floors,
        imports,
        silicon,
        reserve,
        emergencies,
        governance,
        mends,
    )
}


def _declaration(record: Record, reference: str) -> DeclarationState:
    head = record.bloc.streams.get(f"declaration/US/{reference}")
    state = DeclarationState() if head is None else head.state
    assert isinstance(state, DeclarationState)
    return state
