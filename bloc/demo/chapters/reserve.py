"""Chapter: the reserve. Its capital is real (10 bn + 1.67 bn USD, which is not 12); its terms are illustrative.

Fee, interest, storage and replenishment terms of the real reserve are not public; those of the worked examples E19
to E22 stand in. The release of E22 is told in `emergency`.
"""

from typing import Any

from bloc.demo.chapters.floors import METAL, OXIDE
from bloc.demo.telling import Chapter, ConsentOf, Post, act, kilograms, usd

OPERATOR = "us.vault"
RESERVE = "vault"
TERMS = act("vault.terms.2026", "1")


def capital() -> Post:
    """EXIM's direct loan over 15 years and the private capital, each as reported on 2026-02-02."""
    loan = {
        "reserve": RESERVE,
        "source": "Export-Import Bank of the United States",
        "facility": "loan",
        "amount": usd("10000000000.00"),
        "term_years": 15,
        "committed_on": "2026-02-02",
        "legal_basis": act("exim.board.2026-02-02", "whole act", "https://www.exim.gov/"),
        "note": "up to 10 bn USD",
    }
    private = {
        "reserve": RESERVE,
        "source": "Private capital",
        "facility": "equity",
        "amount": usd("1670000000.00"),
        "committed_on": "2026-02-02",
        "legal_basis": act("exim.board.2026-02-02", "whole act", "https://www.exim.gov/"),
        "note": "kind of facility not published; recorded as equity",
    }
    kind = "bloc.reserve.capital_committed.v1"
    return Post(OPERATOR, ((kind, loan), (kind, private)))


def target(line: str) -> tuple[str, dict[str, Any]]:
    """60 days of cover at 5,500 kg a day (E22)."""
    return "bloc.reserve.target_set.v1", {
        "reserve": RESERVE,
        "line": line,
        "cover_days": "60",
        "daily_demand": kilograms("5500"),
        "effective_from": "2026-06-01",
        "legal_basis": TERMS,
        "illustrative": True,
    }


def commitment(name: str, company: str, line: str, quantity: str) -> tuple[str, dict[str, Any]]:
    """Terms of E19 to E21: 95.00 USD/kg, 5.25 % ACT/365, 0.15/kg a month, 180 days, 0.05 % a day; both sign."""
    return "bloc.purchase_commitment.signed.v2", {
        "purchase_commitment": name,
        "reserve": RESERVE,
        "company": company,
        "line": line,
        "quantity": kilograms(quantity),
        "fixed_price": usd("95.00", "kg"),
        "signed_on": "2026-06-01",
        "effective_from": "2026-07-01",
        "replenish_within_days": 180,
        "buy_back": True,
        "financing": {"percent": "5.25", "day_count": "ACT/365"},
        "storage": usd("0.15", "kg"),
        "overdue_percent_per_day": "0.05",
        "consent": ConsentOf(company),
        "legal_basis": TERMS,
        "illustrative": True,
    }


def lot(name: str, line: str, quantity: str) -> tuple[str, dict[str, Any]]:
    """A lot received into stock."""
    return "bloc.lot.received.v1", {
        "lot": name,
        "reserve": RESERVE,
        "line": line,
        "quantity": kilograms(quantity),
        "assay": [{"substance": "NdPr", "percent": "99.5"}],
        "warehouse": "Illustrative warehouse 1",
        "supplier": {"scheme": "demo", "id": "supplier-1"},
        "origin": "AU",
        "unit_cost": usd("95.00", "kg"),
        "received_on": "2026-06-15",
    }


def drawdown(
    name: str, contract: str, company: str, line: str, stock: str, quantity: str, due: str, **more: str
) -> Post:
    """A drawdown at exactly the fixed price, whatever the market does; `release` may be among what is added."""
    released = {
        "drawdown": name,
        "reserve": RESERVE,
        "purchase_commitment": contract,
        "company": company,
        "line": line,
        "quantity": kilograms(quantity),
        "lots": [{"lot": stock, "quantity": kilograms(quantity)}],
        "fixed_price": usd("95.00", "kg"),
        "amount_due": usd(due),
        "released_on": "2026-10-05",
    } | more
    return Post(OPERATOR, (("bloc.drawdown.released.v1", released),))


def carrying_cost() -> Post:
    """E19: 614,897.26 of financing over 90 days, 225,000.00 of storage over three months."""
    accrued = {
        "purchase_commitment": "vault.clarios.2026-01",
        "period_from": "2026-07-01",
        "period_to": "2026-09-29",
        "financing": usd("614897.26"),
        "storage_months": 3,
        "storage": usd("225000.00"),
        "total": usd("839897.26"),
    }
    return Post(OPERATOR, (("bloc.carrying_cost.accrued.v1", accrued),))


def transfer() -> Post:
    """50 t of what one company may draw become another's to draw; the parts still sum to what was committed."""
    transferred = {
        "transfer": "vault.2026-T01",
        "reserve": RESERVE,
        "line": OXIDE,
        "purchase_commitment": "vault.clarios.2026-01",
        "from_company": "oem.clarios",
        "to_company": "oem.gevernova",
        "quantity": kilograms("50000"),
        "transferred_on": "2026-10-12",
        "legal_basis": TERMS,
        "illustrative": True,
    }
    return Post(OPERATOR, (("bloc.entitlement.transferred.v1", transferred),))


def replenishment() -> Post:
    """E21: 70 t of the 120 t come back in time; 50 t stay open."""
    received = {
        "reserve": RESERVE,
        "line": OXIDE,
        "obligation": "vault.2026-0007",
        "lot": "vault.2026-L02",
        "quantity": kilograms("70000"),
        "assay": [{"substance": "NdPr", "percent": "99.5"}],
        "warehouse": "Illustrative warehouse 1",
        "received_on": "2026-11-20",
    }
    return Post(OPERATOR, (("bloc.replenishment.received.v1", received),))


def posts() -> tuple[Post, ...]:
    """In order: capital, targets, commitments and lots; then cost, drawdown, transfer, replenishment."""
    clarios, gevernova = "vault.clarios.2026-01", "vault.gevernova.2026-01"
    return (
        capital(),
        Post(OPERATOR, (target(OXIDE), target(METAL))),
        Post(
            OPERATOR,
            (
                commitment(clarios, "oem.clarios", OXIDE, "500000"),
                commitment(gevernova, "oem.gevernova", METAL, "380000"),
                lot("vault.2026-L01", OXIDE, "500000"),
                lot("vault.2026-M01", METAL, "380000"),
            ),
        ),
        carrying_cost(),
        drawdown("vault.2026-0007", clarios, "oem.clarios", OXIDE, "vault.2026-L01", "120000", "11400000.00"),
        transfer(),
        replenishment(),
    )


def chapter() -> Chapter:
    """The whole chapter."""
    return chapter_of(posts())


def chapter_of(told: tuple[Post, ...]) -> Chapter:
    """The chapter with only these submissions."""
    return Chapter(
        title="The reserve",
        sentence="Companies commit, draw at the fixed price of 95 USD/kg while the market asks 123, and refill.",
        posts=told,
    )
