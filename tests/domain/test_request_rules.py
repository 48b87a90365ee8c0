"""What companies say themselves: requests and announcements in their own words, and drawdowns that answer them."""

from typing import Any

import pytest

from contracts.envelope import Event
from services.tariffs.domain.replay.reserve_families import write_stock
from services.tariffs.domain.reserve.stock import StockState
from tests.domain.facts import METAL, OXIDE, event, key_registered, mandate_granted
from tests.domain.given import Bloc, refusal_of
from tests.domain.vault import (
    CLARIOS,
    VAULT,
    drawn,
    kilograms,
    played,
    stocked,
    transferred,
    view_on,
)

COMPANY, OTHER = "oem.clarios", "oem.boeing"
R01 = "clarios.2026-R01"


def requested(quantity: str = "150000", by: str = COMPANY, **more: Any) -> Event[Any]:
    """The company asks for 150 t of its 500 t."""
    data = {
        "request": R01,
        "reserve": "vault",
        "line": OXIDE,
        "purchase_commitment": CLARIOS,
        "company": COMPANY,
        "quantity": kilograms(quantity),
        "requested_on": "2026-10-01",
    }
    return event(by, "bloc.drawdown.requested.v1", data | more)


def declined(on: str = "2026-10-20", by: str = VAULT, **more: Any) -> Event[Any]:
    """The operator releases no more."""
    data = {"reserve": "vault", "line": OXIDE, "request": R01, "declined_on": on, "reason": "Held back"}
    return event(by, "bloc.drawdown.declined.v1", data | more)


def announced(quantity: str = "70000", by: str = COMPANY, **more: Any) -> Event[Any]:
    """The company says that 70 t will come back in March."""
    data = {
        "announcement": "clarios.2027-A01",
        "reserve": "vault",
        "line": OXIDE,
        "obligation": "vault.2026-0007",
        "company": COMPANY,
        "quantity": kilograms(quantity),
        "announced_on": "2027-02-01",
        "expected_on": "2027-03-20",
    }
    return event(by, "bloc.replenishment.announced.v1", data | more)


def vault_with_companies(*more: Event[Any]) -> Bloc:
    """The stocked reserve, and two companies with keys and mandates of their own."""
    bloc = stocked()
    for party in (COMPANY, OTHER):
        bloc.record(key_registered(party), mandate_granted(party, "company", ("BLOC",)))
    return bloc.record(*more)


def breaks(bloc: Bloc, *events: Event[Any]) -> list[tuple[str, str]]:
    """The rules that a submission breaks, with the paths."""
    return [(one.rule.id, one.path) for one in refusal_of(bloc.decide(*events)).violations]


def test_a_request_is_answered_in_parts_and_its_rest_declined() -> None:
    """150 t are asked for on 1 October, 120 t released on the 5th, the rest declined on the 20th."""
    bloc = vault_with_companies()
    before = view_on(bloc, "2026-10-30").stock
    played(bloc, requested())
    assert view_on(bloc, "2026-10-30").stock == before
    played(bloc, drawn(request=R01), declined())
    shown = [view_on(bloc, day).requests for day in ("2026-09-30", "2026-10-04", "2026-10-06", "2026-10-20")]
    assert shown[0] == ()
    states = [(one.status, one.released_kilograms, one.days_waiting) for (one,) in shown[1:]]
    assert states == [("open", "0", 3), ("partly_released", "120000", 5), ("declined", "120000", 0)]
    assert (shown[3][0].because, shown[3][0].company) == ("Held back", COMPANY)


def test_a_request_that_is_met_is_released() -> None:
    """And nothing more is drawn on it, nor declined."""
    bloc = vault_with_companies()
    played(bloc, requested("120000"), drawn(request=R01))
    (one,) = view_on(bloc, "2026-10-05").requests
    assert one.status == "released"
    assert breaks(bloc, drawn("d2", "1", "95.00", request=R01)) == [("RES-32", "$.data.quantity")]
    assert breaks(bloc, declined()) == [("RES-32", "$.data.request")]


@pytest.mark.parametrize("said", [requested(company=OTHER), announced(company=OTHER)])
def test_res_31_a_company_speaks_for_itself(said: Event[Any]) -> None:
    """Clarios does not ask for Boeing, nor promise for it."""
    found = breaks(vault_with_companies(drawn(), transferred()), said)
    assert ("RES-31", "$.data.company") in found


def test_mnd_1_and_mnd_4_the_operator_asks_for_nobody_and_companies_release_nothing() -> None:
    """Each role has its own words."""
    bloc = vault_with_companies()
    assert breaks(bloc, requested(by=VAULT))[0] == ("MND-1", "$.source")
    assert breaks(bloc, declined(by=COMPANY))[0] == ("MND-1", "$.source")
    assert breaks(bloc, requested(reserve="other"))[0][0] == "MND-4"


def test_requests_are_of_what_the_company_holds() -> None:
    """Within its entitlement, under a commitment in force, of the line that this is for, and by a name once."""
    bloc = vault_with_companies()
    assert breaks(bloc, requested("500001")) == [("RES-10", "$.data.quantity")]
    assert breaks(bloc, requested("0")) == [("RES-2", "$.data.quantity.value")]
    assert breaks(bloc, requested(requested_on="2026-06-30")) == [("RES-4", "$.data.requested_on")]
    assert breaks(bloc, requested(purchase_commitment="c9")) == [("RES-4", "$.data.purchase_commitment")]
    assert breaks(bloc, requested(line=METAL)) == [("RES-5", "$.data.line")]
    played(bloc, requested())
    assert breaks(bloc, requested()) == [("RES-3", "$.data.request")]


def test_res_32_a_drawdown_is_what_was_asked_for() -> None:
    """By the same company under the same commitment, not before it was asked, no more of it."""
    bloc = vault_with_companies(transferred())
    played(bloc, requested("100000"))
    assert breaks(bloc, drawn(request=R01)) == [("RES-32", "$.data.quantity")]
    early = drawn("d2", "100000", "9500000.00", request=R01, released_on="2026-09-30")
    assert breaks(bloc, early) == [("RES-32", "$.data.released_on")]
    other = drawn("d3", "100000", "9500000.00", request=R01, company=OTHER)
    assert breaks(bloc, other) == [("RES-32", "$.data.request")]
    unknown = drawn("d4", "100000", "9500000.00", request="clarios.2026-R99")
    assert breaks(bloc, unknown) == [("RES-32", "$.data.request")]
    assert breaks(bloc, declined("2026-09-30")) == [("RES-32", "$.data.declined_on")]
    assert breaks(bloc, declined(request="clarios.2026-R99")) == [("RES-32", "$.data.request")]


def test_res_33_what_is_announced_is_owed() -> None:
    """Of an obligation of the company, no more than is open; and it fulfils nothing."""
    bloc = vault_with_companies(transferred())
    played(bloc, drawn())
    assert breaks(bloc, announced("120001")) == [("RES-33", "$.data.quantity")]
    assert breaks(bloc, announced(obligation="o9")) == [("RES-33", "$.data.obligation")]
    assert breaks(bloc, announced(by=OTHER, company=OTHER)) == [("RES-33", "$.data.company")]
    assert breaks(bloc, announced(expected_on="2027-01-31")) == [("RES-33", "$.data.expected_on")]
    assert played(bloc, announced()) == []
    assert breaks(bloc, announced()) == [("RES-3", "$.data.announcement")]
    view = view_on(bloc, "2027-02-01")
    assert [(one.obligation, one.kilograms) for one in view.announcements] == [("vault.2026-0007", "70000")]
    assert [one.status for one in view.obligations] == ["open"]
    assert view_on(bloc, "2027-01-31").announcements == ()


def test_requests_and_announcements_are_part_of_the_state() -> None:
    """A replay elsewhere hashes them; a stock without any is written as it always was."""
    bloc = vault_with_companies()
    stream = f"stock/vault/{OXIDE}"
    assert not {"requests", "announcements"} & set(write_stock(_stock(bloc, stream)))
    played(bloc, requested(), drawn(request=R01), announced())
    said = write_stock(_stock(bloc, stream))
    assert (said["requests"][R01]["open"], said["announcements"]["clarios.2027-A01"]["kilograms"]) == (
        "30000",
        "70000",
    )


def _stock(bloc: Bloc, stream: str) -> StockState:
    state = bloc.streams[stream].state
    assert isinstance(state, StockState)
    return state
