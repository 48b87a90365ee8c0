"""Striking the account of a declaration after a reassessment: what is to be refunded or demanded, and the events.

Before the duty is settled, a reassessment just changes what is owed. After that, the net difference between what is
charged and what was claimed so far opens one refund or one additional duty for the whole act, not one for each
item. A net difference below the member's minimum is disregarded (19 CFR 159.6); it stays in the account, so that
the next one counts from what was really paid.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

import msgspec

from contracts.decimals import EXACT, plain_text
from contracts.envelope import Event
from contracts.events.duties import TraceStep
from contracts.events.lifecycle import (
    AdditionalDutyOpened,
    DeclarationAmended,
    DutyReassessed,
    ReassessmentOrdered,
    RefundOpened,
)
from contracts.values import Money
from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.importer import Importer
from services.tariffs.domain.assessment.minor_units import in_minor_units
from services.tariffs.domain.assessment.written import alert_of, duty_of
from services.tariffs.domain.judged import Derived

from .reassessing import Again


class Struck(msgspec.Struct, frozen=True):
    """The account after a reassessment. `opens` is above zero when duty is demanded, below when it is refunded."""

    charged: Decimal
    claimed: Decimal | None
    opens: Decimal
    step: TraceStep


def strike(state: DeclarationState, again: tuple[Again, ...], importer: Importer) -> Struck:
    """Work out what follows for the money from these reassessments."""
    charged = state.charged
    for one in again:
        delta = EXACT.subtract(Decimal(one.now.total), Decimal(one.superseded.total))
        charged = EXACT.add(charged, delta)
    charged = in_minor_units(charged, state.currency)
    if state.claimed is None:
        result = "the duty is not settled: nothing to refund or to demand"
        step = TraceStep(step="net_difference", formula=f"charged {charged} {state.currency}", result=result)
        return Struck(charged, None, ZERO, step)
    opens = EXACT.subtract(charged, state.claimed)
    minimum = importer.terms.settlement_minimum
    is_small = minimum is not msgspec.UNSET and abs(opens) < minimum.value
    step = TraceStep(
        step="net_difference",
        formula=f"charged {charged} - claimed {state.claimed} {state.currency}",
        exact=plain_text(opens),
        result=_result(state, opens, is_small=is_small),
        because=f"the member's minimum is {minimum.amount} {minimum.currency}"
        if minimum is not msgspec.UNSET
        else msgspec.UNSET,
        position=msgspec.UNSET if minimum is msgspec.UNSET else importer.accession.says_so,
    )
    return Struck(charged, state.claimed, ZERO if is_small else opens, step)


def _result(state: DeclarationState, opens: Decimal, *, is_small: bool) -> str:
    amount = f"{plain_text(abs(opens))} {state.currency}"
    if not opens:
        return "no difference"
    if is_small:
        return f"{amount} is disregarded"
    if opens < 0:
        return f"refund {_refund_name(state)} of {amount}"
    return f"additional duty {_additional_name(state)} of {amount}"


def _refund_name(state: DeclarationState) -> str:
    return f"R{len(state.refunds) + 1}"


def _additional_name(state: DeclarationState) -> str:
    return f"A{len(state.additional_duties) + 1}"


def derived_of(
    state: DeclarationState,
    event: Event[DeclarationAmended] | Event[ReassessmentOrdered],
    again: tuple[Again, ...],
    struck: Struck,
    ruleset: str,
) -> Iterator[Derived]:
    """Write the events that follow: each item's reassessment and alert, then the refund or the additional duty."""
    data = event.data
    reason: Literal["declaration_amended", "reassessment_ordered"] = (
        "declaration_amended" if isinstance(data, DeclarationAmended) else "reassessment_ordered"
    )
    for number, one in enumerate(again, 1):
        last = (struck.step,) if number == len(again) else ()
        duty = duty_of(one.now, reference=data.reference, declaration_event=one.said_by, ruleset=ruleset)
        delta = EXACT.subtract(Decimal(one.now.total), Decimal(one.superseded.total))
        steps = (*duty.trace, _supersedes(one, duty.currency, delta), *last)
        fields: dict[str, Any] = msgspec.structs.asdict(duty)
        fields["trace"] = steps
        yield (
            "bloc.duty.reassessed.v1",
            DutyReassessed(
                **fields,
                supersedes=one.superseded.event_id,
                cause=event.id,
                reason=reason,
                because=tuple(sorted(one.because + one.late)),
                previous_total=one.superseded.total,
                delta=plain_text(delta),
            ),
        )
        alert = alert_of(one.now, reference=data.reference, declaration_event=one.said_by)
        if alert is not None:
            yield "bloc.price_undercut.detected.v1", alert
        yield from one.quota
    yield from _opened(state, event, struck)


def _supersedes(one: Again, currency: str, delta: Decimal) -> TraceStep:
    said = [
        f"{what} {', '.join(map(str, positions[:20]))}"
        for what, positions in (
            ("entries that the former assessment rests on were mended at", one.because),
            ("what changes it was recorded late at", one.late),
        )
        if positions
    ]
    because = "; ".join(said) or "nothing that the former assessment rests on was corrected or annulled"
    return TraceStep(
        step="supersedes",
        formula=f"{one.now.total} - {one.superseded.total} {currency}",
        exact=plain_text(delta),
        because=because,
    )


def _opened(state: DeclarationState, event: Event[Any], struck: Struck) -> Iterator[Derived]:
    if not struck.opens:
        return
    assert struck.claimed is not None  # nothing opens before the duty is settled
    data = event.data
    common: dict[str, Any] = {
        "member": data.member,
        "reference": data.reference,
        "cause": event.id,
        "charged": Money(plain_text(struck.charged), state.currency),
        "claimed": Money(plain_text(struck.claimed), state.currency),
        "amount": Money(plain_text(abs(struck.opens)), state.currency),
    }
    if struck.opens < 0:
        yield "bloc.refund.opened.v1", RefundOpened(refund=_refund_name(state), **common)
    else:
        name = _additional_name(state)
        yield "bloc.additional_duty.opened.v1", AdditionalDutyOpened(additional_duty=name, **common)
