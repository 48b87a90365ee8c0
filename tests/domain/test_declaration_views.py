"""A declaration as an answer: where it stands, what stands of it, what is open, and how it came to that."""

from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.lifecycle.view import DeclarationView, declaration_view
from services.tariffs.domain.state import Recorded
from tests.domain.customs import (
    TWENTIETH_OF_MAY,
    amended,
    done,
    goods,
    invalidated,
    mended,
    ordered,
    paid,
    released,
    secured,
    settled,
)
from tests.domain.facts import floor, percent
from tests.domain.trade import base, declaration, trading_bloc


class Told:
    """A declaration that is acted on, and asked about after each act."""

    def __init__(self) -> None:
        self.wrong = floor("112.00")
        self.bloc = trading_bloc().record(base(percent("0")), self.wrong)
        self.entries: list[Recorded] = []
        self.act(declaration(goods(), accepted_at=TWENTIETH_OF_MAY))

    def act(self, *events: Event[Any]) -> DeclarationView:
        """The answer after these acts."""
        for event in events:
            first = self.bloc.position + 1
            derived = done(self.bloc, event)
            self.entries += [
                Recorded(first + number, one, "2026-07-02T12:00:00.000000Z")
                for number, one in enumerate((event, *derived))
            ]
        return self.now()

    def now(self) -> DeclarationView:
        """The answer on all that is recorded."""
        view = declaration_view(self.entries)
        assert view is not None
        return view


def test_a_declaration_goes_from_assessed_to_settled_to_refund_due_and_back() -> None:
    """E12 from the side of the importer: 96 000.00 to pay, paid, 16 000.00 to be refunded, refunded."""
    told = Told()
    assert (told.now().status, told.now().account.to_pay) == ("assessed", "96000.00")
    view = told.act(settled("96000.00"))
    assert (view.status, view.account.to_pay, view.account.claimed) == ("settled", "0", "96000.00")
    mended(told.bloc, told.wrong)
    view = told.act(ordered())
    assert (view.status, view.account.to_refund, view.account.charged) == (
        "refund_due",
        "16000.00",
        "80000.00",
    )
    assert [(refund.name, refund.is_paid) for refund in view.account.refunds] == [("R1", False)]
    view = told.act(paid("16000.00"))
    assert (view.status, view.account.to_refund, view.account.refunds[0].is_paid) == ("settled", "0", True)


def test_the_assessment_that_stands_is_shown_with_its_trace_and_the_superseded_one_stays_in_the_history() -> (
    None
):
    """Question 1: each item leads to the entry of its terms and of its duty, and every step is there."""
    told = Told()
    first = told.now().items[0].assessment
    view = told.act(amended(goods("750000.00", "7500")))
    (item,) = view.items
    assert item.item.net_mass.value == "7500"
    assert item.assessment
    assert first
    assert item.assessment.duty.total == "90000.00"
    assert item.assessment.duty.trace[0].step == "governing_date"
    assert [act.type.split(".", 1)[1] for act in view.history] == [
        "declaration.accepted.v1",
        "duty.assessed.v1",
        "declaration.amended.v1",
        "duty.reassessed.v1",
    ]
    assert view.history[1].position == first.position
    assert item.terms_position == view.history[2].position


def test_a_security_makes_a_declaration_provisional_until_it_is_assessed_for_good() -> None:
    """Covered items are provisional; the security shows until it goes back."""
    told = Told()
    view = told.act(secured("80000.00", goods("720000.00")))
    assert (view.is_provisional, view.account.securities[0].amount) == (True, "80000.00")
    view = told.act(ordered(), released())
    assert (view.is_provisional, view.account.securities[0].is_released) == (False, True)


def test_an_additional_duty_is_due_until_it_is_paid() -> None:
    """An open demand leads, because the importer has to do something about it."""
    told = Told()
    view = told.act(settled("96000.00"), amended(goods("799000.00")))
    assert (view.status, view.account.to_pay) == ("additional_duty_due", "1000.00")
    assert told.act(settled("1000.00", "A1")).status == "settled"


def test_an_invalidated_declaration_shows_what_it_was() -> None:
    """Nothing is owed; items and history stay readable."""
    view = Told().act(invalidated())
    assert (view.status, view.account.charged, len(view.items)) == ("invalidated", "0.00", 1)


def test_what_was_never_accepted_has_no_answer() -> None:
    """An empty stream is no declaration."""
    assert declaration_view([]) is None
