"""A price undertaking on V as known at K: its terms, why it does not hold, and its invoices."""

from datetime import date

from services.tariffs.domain.undertakings import UndertakingView, undertaking_at
from tests.domain.given import Bloc
from tests.domain.undertakings import NAME, invalidated, minimum, revised, undertaken_bloc, withdrawn


def view(bloc: Bloc, day: str = "2026-06-10", position: int | None = None) -> UndertakingView:
    """The undertaking of the tests on a day."""
    known = bloc.position if position is None else position
    found = undertaking_at(bloc.rules, NAME, date.fromisoformat(day), known)
    assert found is not None
    return found


def test_the_terms_are_those_of_the_day_as_known_at_the_position() -> None:
    """Amended from July: June has the old price, and before the amendment was recorded July had it as well."""
    bloc = undertaken_bloc()
    first = bloc.position
    bloc.record(revised(minimums=[minimum("1400")]))
    prices: list[str] = []
    for day, position in (("2026-06-30", None), ("2026-07-01", None), ("2026-07-01", first)):
        terms = view(bloc, day, position).terms
        assert terms
        prices.append(terms.minimums[0].price.amount)
    assert prices == ["1300", "1400", "1300"]


def test_three_answers() -> None:
    """In force; known to be none, and why; not known at that position; and nothing at all of another name."""
    bloc = undertaken_bloc().record(withdrawn())
    assert view(bloc, "2026-05-31").status == "in_force"
    over = view(bloc, "2026-06-01")
    assert (over.status, over.cites, bool(over.terms)) == ("withdrawn", bloc.position, False)
    assert view(bloc, "2026-02-28").status == "pending"
    assert view(bloc, position=1).status == "not_known"
    assert undertaking_at(bloc.rules, "eu.fesi.nobody", date(2026, 6, 10), bloc.position) is None


def test_invalidated_invoices_are_named_from_the_position_on() -> None:
    """With the reason and the entry; before it was recorded nobody knew."""
    bloc = undertaken_bloc()
    before = bloc.position
    bloc.record(invalidated())
    (found,) = view(bloc).invalidated
    assert (found.invoice, found.position) == ("ER-0417", bloc.position)
    assert view(bloc, position=before).invalidated == ()
    assert [step.position for step in view(bloc).steps] == [before, bloc.position]
