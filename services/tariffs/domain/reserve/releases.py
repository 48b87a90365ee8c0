"""Emergency releases on V as known at K: who may draw how much before whom, what is open, what the cover would be.

Whether the priority of a release holds follows from its emergency and from the days, so nothing is posted when an
emergency ends: what is open then has lapsed, and whoever has it draws like everybody else.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from contracts.decimals import EXACT
from contracts.values import LegalBasis
from services.tariffs.domain.assessment.exact import ZERO, exact_text, sum_of
from services.tariffs.domain.emergencies import is_declared
from services.tariffs.domain.state import RulesState

from .answers import cover_after
from .cover import CoverView
from .entitlement import Holder
from .stock import Release, StockState

ReleaseStatus = Literal["open", "fulfilled", "lapsed"]
"""`lapsed`: something is open, and the emergency is not declared any more."""


class ShareView(msgspec.Struct, frozen=True):
    """A share on a day; `priority` counts from 1, which is served first."""

    priority: int
    company: str
    purchase_commitment: str
    kilograms: str
    drawn_kilograms: str
    open_kilograms: str


class ReleaseView(msgspec.Struct, frozen=True):
    """A release on a day, and the entry that orders it."""

    release: str
    line: str
    emergency: str
    status: ReleaseStatus
    ordered_on: date
    kilograms: str
    open_kilograms: str
    shares: tuple[ShareView, ...]
    position: int
    legal_basis: LegalBasis


def releases_on(
    rules: RulesState, stocks: Mapping[str, StockState], day: date, position: int
) -> tuple[ReleaseView, ...]:
    """Give the releases ordered up to V = `day`, in order of recording; `stocks` by line, folded up to K."""
    found = [
        _view(rules, line, stock, name, day, position)
        for line, stock in stocks.items()
        for name, release in stock.releases.items()
        if release.ordered_on <= day
    ]
    return tuple(sorted(found, key=lambda release: release.position))


def cover_after_releases(
    covers: Iterable[CoverView], releases: Iterable[ReleaseView]
) -> tuple[CoverView, ...]:
    """Give the cover of each line as it will be once what is open in its releases has been drawn (E22)."""
    promised: dict[str, Decimal] = {}
    for release in releases:
        if release.status == "open":
            open_now = promised.get(release.line, ZERO)
            promised[release.line] = EXACT.add(open_now, Decimal(release.open_kilograms))
    return tuple(cover_after(cover, promised.get(cover.line, ZERO)) for cover in covers)


def _view(
    rules: RulesState, line: str, stock: StockState, name: str, day: date, position: int
) -> ReleaseView:
    release = stock.releases[name]
    shares = tuple(_shares(release, _drawn_on(stock, name, day)))
    whole = sum_of(Decimal(share.kilograms) for share in shares)
    left = sum_of(Decimal(share.open_kilograms) for share in shares)
    holds = is_declared(rules, release.emergency, day, position)
    return ReleaseView(
        release=name,
        line=line,
        emergency=release.emergency,
        status="fulfilled" if not left else "open" if holds else "lapsed",
        ordered_on=release.ordered_on,
        kilograms=exact_text(whole),
        open_kilograms=exact_text(left),
        shares=shares,
        position=release.position,
        legal_basis=release.legal_basis,
    )


def _shares(release: Release, drawn: Mapping[Holder, Decimal]) -> Iterable[ShareView]:
    for number, share in enumerate(release.shares, start=1):
        taken = drawn.get(share.holder, ZERO)
        yield ShareView(
            priority=number,
            company=share.company,
            purchase_commitment=share.purchase_commitment,
            kilograms=exact_text(share.kilograms),
            drawn_kilograms=exact_text(taken),
            open_kilograms=exact_text(max(EXACT.subtract(share.kilograms, taken), ZERO)),
        )


def _drawn_on(stock: StockState, release: str, day: date) -> dict[Holder, Decimal]:
    """What each holder had drawn on a release up to a day."""
    drawn: dict[Holder, Decimal] = {}
    for drawdown in stock.drawdowns.values():
        if drawdown.release == release and drawdown.released_on <= day:
            holder = (drawdown.purchase_commitment, drawdown.company)
            drawn[holder] = EXACT.add(drawn.get(holder, ZERO), drawdown.kilograms)
    return drawn
