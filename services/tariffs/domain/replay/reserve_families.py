"""How the streams of the reserve are written into the state document: what they come to, field by field.

These states are the workings of the reserve's rules and change with them, so nothing here writes a state as it is
held: every value that belongs to the document is named. What is empty is left out.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from typing import Any

from contracts.decimals import EXACT
from services.tariffs.domain.replay.plain import day_text, decimal_text
from services.tariffs.domain.reserve.capital import ReserveState
from services.tariffs.domain.reserve.commitment import CommitmentState
from services.tariffs.domain.reserve.stock import Announcement, Obligation, Release, Request, StockState


def write_reserve(state: ReserveState) -> dict[str, Any]:
    """Capital committed and drawn, and targets, as recorded."""
    return _filled(
        {
            "capital": [{"position": each.position, "data": each.committed} for each in state.capital],
            "drawn": [{"position": each.position, "data": each.drawn} for each in state.draws],
            "targets": [
                {"position": each.position, "data": each.target}
                for line in sorted(state.targets)
                for each in state.targets[line]
            ],
        }
    )


def write_commitment(state: CommitmentState) -> dict[str, Any]:
    """The terms as signed, and the periods charged."""
    return _filled(
        {"terms": state.terms, "charged": [list(map(day_text, period)) for period in state.charged]}
    )


def write_stock(state: StockState) -> dict[str, Any]:
    """What is left of each lot, what was taken out and promised, and what is still to come back."""
    return _filled(
        {
            "lots": {
                name: {
                    "received": decimal_text(lot.received),
                    "left": decimal_text(lot.left),
                    "received_on": lot.received_on,
                }
                for name, lot in state.lots.items()
            },
            "drawdowns": {
                name: {
                    "company": drawdown.company,
                    "purchase_commitment": drawdown.purchase_commitment,
                    "kilograms": decimal_text(drawdown.kilograms),
                    "released_on": drawdown.released_on,
                }
                for name, drawdown in state.drawdowns.items()
            },
            "buybacks": {
                name: {
                    "company": buyback.company,
                    "purchase_commitment": buyback.purchase_commitment,
                    "kilograms": decimal_text(buyback.kilograms),
                    "exercised_on": buyback.exercised_on,
                }
                for name, buyback in state.buybacks.items()
            },
            "releases": {name: _release(each) for name, each in state.releases.items()},
            "obligations": {name: _obligation(each) for name, each in state.obligations.items()},
            "defaulted": list(state.defaulted),
            "moved": _moved(state),
            "requests": {name: _request(each) for name, each in state.requests.items()},
            "announcements": {name: _announcement(each) for name, each in state.announcements.items()},
        }
    )


def _release(release: Release) -> dict[str, Any]:
    shares = [
        {
            "company": share.company,
            "purchase_commitment": share.purchase_commitment,
            "kilograms": decimal_text(share.kilograms),
            "drawn": decimal_text(share.drawn),
        }
        for share in release.shares
    ]
    return {"emergency": release.emergency, "ordered_on": release.ordered_on, "shares": shares}


def _obligation(obligation: Obligation) -> dict[str, Any]:
    newest = max(obligation.extensions, key=lambda each: (each.extended_on, each.position), default=None)
    return _filled(
        {
            "company": obligation.company,
            "purchase_commitment": obligation.purchase_commitment,
            "kilograms": decimal_text(obligation.kilograms),
            "open": decimal_text(obligation.open),
            "due_on": obligation.due_on if newest is None else newest.due_on,
            "fulfilled_on": obligation.fulfilled_on,
        }
    )


def _request(request: Request) -> dict[str, Any]:
    return {
        "company": request.company,
        "purchase_commitment": request.purchase_commitment,
        "requested_on": request.requested_on,
        "kilograms": decimal_text(request.kilograms),
        "open": decimal_text(request.open),
    }


def _announcement(said: Announcement) -> dict[str, Any]:
    return {
        "company": said.company,
        "obligation": said.obligation,
        "kilograms": decimal_text(said.kilograms),
        "announced_on": said.announced_on,
        "expected_on": said.expected_on,
    }


def _moved(state: StockState) -> dict[str, str]:
    """What each holder of a commitment gained or lost since it was signed: transfers, drawdowns, what came back."""
    return {
        "/".join(holder): decimal_text(reduce(EXACT.add, (each.kilograms for each in movements), Decimal()))
        for holder, movements in state.movements.items()
    }


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}
