"""The price undertaking that an item claims: whether it exempts the goods, condition by condition.

Every condition is asked and written down, also those that come after one that was not met: whoever pays the duty
wants to know all that was wrong, and a court which of it. The price is compared as a floor is, value against minimum
x quantity, so that no unit price is ever rounded. What the undertaking exempts from are measures by name; each of
them that would apply is told as not applying, and why. An invoice that was invalidated counts at once and for every
declaration that used it, whatever their day: it never was what it said (Implementing Regulation (EU) 2020/444).
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import UNSET

from contracts.duty_expressions import DifferenceToPrice
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import TraceStep
from contracts.events.undertakings import (
    MinimumPrice,
    UndertakingAccepted,
    UndertakingAmended,
    UndertakingClaim,
    UndertakingInvoiceInvalidated,
)
from contracts.values import Identifier
from services.tariffs.domain.histories.effective import act_of, annulment_of
from services.tariffs.domain.histories.remembered import answer_of
from services.tariffs.domain.histories.timeline import InForce, known_at
from services.tariffs.domain.histories.timeline import NotKnown as NothingRecorded
from services.tariffs.domain.measures import territory_of_name
from services.tariffs.domain.state import Recorded, RulesState

from .coverage import Cover, goods_cover
from .duties import Duties
from .exact import ZERO, exact_text
from .expression import evaluate
from .figures import ItemFigures
from .selection import Candidate, Meeting
from .unknown import NotKnown

Terms = UndertakingAccepted | UndertakingAmended


class Exemption(msgspec.Struct, frozen=True):
    """What came of a claim: whether it `holds`, from which measures it exempts, and what caps it.

    `cap` is the order number that the terms in force name; `caps` those of all terms ever, so that a claim on the
    cap of an undertaking that is over is no claim on a quota for other goods.
    """

    undertaking: str
    holds: bool
    exempts: tuple[str, ...] = ()
    cap: str | None = None
    caps: frozenset[str] = frozenset()


class _Claimed(msgspec.Struct, frozen=True):
    """A claim on an undertaking of which something is recorded."""

    claim: UndertakingClaim
    item: DeclarationItem
    duties: Duties

    def step(
        self, condition: str, cover: Cover, position: int | None, *, exact: Decimal | None = None
    ) -> bool:
        """Write down one condition; whether it is met."""
        self.duties.steps.append(
            TraceStep(
                step="undertaking",
                input={"undertaking": self.claim.undertaking, "condition": condition},
                applies=cover.covers,
                because=cover.because,
                exact=UNSET if exact is None else exact_text(exact),
                position=UNSET if position is None else position,
            )
        )
        return cover.covers


def meet_undertaking(
    rules: RulesState,
    meeting: Meeting,
    item: DeclarationItem,
    figures: ItemFigures | NotKnown,
    duties: Duties,
) -> Exemption | None:
    """Ask each condition of the undertaking that an item claims; None when it claims none, or one not recorded."""
    claim = item.undertaking
    if claim is UNSET:
        return None
    name, history = claim.undertaking, rules.undertakings.get(claim.undertaking)
    answer = answer_of(rules, history, meeting.day, meeting.position)
    if history is None or isinstance(answer, NothingRecorded):
        because = f"no undertaking {name} is recorded at position {meeting.position}"
        duties.miss("undertaking", NotKnown("undertaking", because, "undertaking"))
        return None
    if territory_of_name(name) != meeting.territory:
        because = f"{name} is an undertaking of {territory_of_name(name)}, not of {meeting.territory}"
        duties.miss("undertaking", NotKnown("undertaking", because, "undertaking"))
        return None
    known = known_at(history, meeting.position)
    caps = frozenset(
        entry.data.quota for entry in known if isinstance(entry.data, Terms) and entry.data.quota is not UNSET
    )
    claimed = _Claimed(claim, item, duties)
    if not isinstance(answer, InForce):
        claimed.step("in_force", Cover(False, answer.because), answer.act.says_so)
        return Exemption(name, holds=False, caps=caps)
    claimed.step("in_force", Cover(True, f"in force from {answer.since}"), answer.act.says_so)
    terms: Terms = answer.act.data
    invalidated = invalidation_of(rules, known, item, meeting.position)
    met = [
        claimed.step("company", _sold_by(terms.company, item), None),
        claimed.step("invoice", *_stands(item, invalidated)),
        _capped(claimed, terms),
    ]
    holds = _priced(claimed, terms, figures, others_hold=all(met))
    cap = None if terms.quota is UNSET else terms.quota
    return Exemption(name, holds, terms.exempts, cap, caps)


def invalidation_of(
    rules: RulesState, known: Sequence[Recorded], item: DeclarationItem, position: int
) -> Recorded | None:
    """What says that the invoice of an item is none; `known` is the history of its undertaking as known at K.

    An invalidation that rests on an act which a court annulled says nothing.
    """
    for entry in known:
        if names_invoice(entry.data, item) and annulment_of(rules, act_of(entry), position) is None:
            return entry
    return None


def names_invoice(data: object, item: DeclarationItem) -> bool:
    """Whether an event invalidates the very invoice that an item claims its undertaking with."""
    claim, invoice = item.undertaking, item.invoice
    return (
        isinstance(data, UndertakingInvoiceInvalidated)
        and claim is not UNSET
        and invoice is not UNSET
        and (data.undertaking, data.invoice) == (claim.undertaking, invoice.number)
    )


def spared(
    found: Sequence[Candidate], exemption: Exemption | None, granted: str | None
) -> Sequence[Candidate]:
    """The measures as they stand to goods that quota `granted` was granted for, given what they are exempt from."""
    if exemption is None or not exemption.exempts:
        return found
    return tuple(_spared(candidate, exemption, granted) for candidate in found)


def is_capped(exemption: Exemption | None) -> bool:
    """Whether the exemption holds as far as its cap goes, so that goods may be split by it."""
    return exemption is not None and exemption.holds and exemption.cap is not None


def _spared(candidate: Candidate, exemption: Exemption, granted: str | None) -> Candidate:
    if not candidate.applies or candidate.measure not in exemption.exempts:
        return candidate
    name, cap = exemption.undertaking, exemption.cap
    if not exemption.holds:
        because = f"undertaking {name} does not exempt the goods"
    elif cap is not None and cap != granted:
        because = f"the goods are beyond the volume cap {cap} of undertaking {name}"
    else:
        because = f"exempt by undertaking {name}"
        return msgspec.structs.replace(candidate, applies=False, because=f"{candidate.because}; {because}")
    return msgspec.structs.replace(candidate, because=f"{candidate.because}; {because}")


def _sold_by(company: Identifier, item: DeclarationItem) -> Cover:
    assert item.exporter is not UNSET  # the item sees to it
    exporter = item.exporter
    if exporter == company:
        return Cover(True, f"the exporter is {company.scheme} {company.id}, which gave it")
    return Cover(
        False,
        f"the exporter is {exporter.scheme} {exporter.id}; it was given by {company.scheme} {company.id}",
    )


def _stands(item: DeclarationItem, invalidated: Recorded | None) -> tuple[Cover, int | None]:
    assert item.invoice is not UNSET  # the item sees to it
    number = item.invoice.number
    if invalidated is None:
        return Cover(True, f"invoice {number} is not invalidated"), None
    return Cover(False, f"invoice {number} is invalidated: {invalidated.data.reason}"), invalidated.says_so


def _capped(claimed: _Claimed, terms: Terms) -> bool:
    if terms.quota is UNSET:
        return True
    if claimed.item.quota == terms.quota:
        cover = Cover(True, f"its volume is capped by quota {terms.quota}, which is claimed")
    else:
        cover = Cover(False, f"its volume is capped by quota {terms.quota}, which is not claimed")
    return claimed.step("cap", cover, None)


def _priced(claimed: _Claimed, terms: Terms, figures: ItemFigures | NotKnown, *, others_hold: bool) -> bool:
    """Whether the goods are of the model and at or above its minimum price, and all other conditions are met."""
    model, item = claimed.claim.model, claimed.item
    minimum = next((one for one in terms.minimums if one.model == model), None)
    if minimum is None:
        claimed.step("model", Cover(False, f"it has no minimum price for model {model}"), None)
        return False
    goods = goods_cover(minimum.goods, item)
    is_model = claimed.step("model", Cover(goods.covers, f"model {model}: {goods.because}"), None)
    return (
        _at_minimum(claimed, minimum, figures, others_hold=others_hold and is_model)
        and others_hold
        and is_model
    )


def _at_minimum(
    claimed: _Claimed, minimum: MinimumPrice, figures: ItemFigures | NotKnown, *, others_hold: bool
) -> bool:
    """Compare; what is missing for it is missing of the item only when nothing else is wrong with the claim."""
    component = DifferenceToPrice(op="+", price=minimum.price, price_basis=minimum.price_basis)
    evaluated = figures if isinstance(figures, NotKnown) else evaluate((component,), figures, ZERO)
    if isinstance(evaluated, NotKnown):
        claimed.step("price", Cover(False, f"not known: {evaluated.because}"), None)
        if others_hold and evaluated is not figures:
            claimed.duties.unknown.append(evaluated)
        return False
    lacks, working = evaluated.exact, evaluated.workings[0].formula
    where = "below the minimum" if lacks > ZERO else "at or above the minimum"
    return claimed.step("price", Cover(lacks == ZERO, f"{where}: {working}"), None, exact=lacks)
