"""The opening of Chile's part in the bloc: keys and mandates, accession, a catalogue line, a reserve."""

from tests.tariffs.events import (
    ACT,
    COMMITMENT,
    LINE,
    RESERVE,
    SECRETARIAT,
    event,
    key_registered,
    kilograms,
    mandate_granted,
    usd,
)
from tests.tariffs.partners import PARTIES, Partners, recorded


async def settle_in(partners: Partners) -> None:
    """Register the parties, let Chile accede, put lithium carbonate into the catalogue and open the reserve."""
    opening: list[bytes] = []
    for party, (role, territories) in PARTIES.items():
        opening.append(key_registered(partners.origin, SECRETARIAT, party, partners.keys[party]))
        opening.append(mandate_granted(party, role, territories))
    await recorded(partners, SECRETARIAT, *opening, *_accession(), *_catalogue())
    await recorded(partners, "cl.vault", *_reserve())


def _accession() -> tuple[bytes, ...]:
    rounding = {"unit": "0.01", "mode": "half_up"}
    return (
        event(SECRETARIAT, "member.invited", member="CL", invited_on="2026-02-04", forum="Ministerial"),
        event(
            SECRETARIAT,
            "member.memorandum_signed",
            member="CL",
            title="Memorandum",
            signed_on="2026-04-01",
            binding=False,
            counterparties=["US"],
        ),
        event(
            SECRETARIAT,
            "member.acceded",
            member="CL",
            effective_from="2026-04-15",
            territories=["CL"],
            legal_tz="America/Santiago",
            currency="USD",
            value_rounding=rounding,
            duty_rounding=rounding | {"per": "line"},
            exchange_rate_rule="none",
            legal_basis=ACT,
            illustrative=True,
        ),
    )


def _catalogue() -> tuple[bytes, ...]:
    return (
        event(
            SECRETARIAT,
            "mineral.listed",
            mineral="cl_lithium",
            name="lithium",
            symbol="Li",
            list="USGS-2025",
            effective_from="2025-11-07",
        ),
        event(
            SECRETARIAT,
            "stage_line.defined",
            line=LINE,
            mineral="cl_lithium",
            stage="oxide_compound",
            specification="lithium carbonate, at least 99 %",
            hs_edition="HS2022",
            hs6="283691",
            national_codes=[{"territory": "CL", "code": "28369100"}],
            unit="kg",
            effective_from="2026-01-01",
            source="HS 2022",
            confidence="A",
        ),
    )


def _reserve() -> tuple[bytes, ...]:
    return (
        event(
            "cl.vault",
            "reserve.capital_committed",
            reserve=RESERVE,
            source="Test bank",
            facility="loan",
            amount=usd("1000000.00"),
            committed_on="2026-02-02",
            legal_basis=ACT,
        ),
        event(
            "cl.vault",
            "purchase_commitment.signed",
            purchase_commitment=COMMITMENT,
            reserve=RESERVE,
            company="cl.acme",
            line=LINE,
            quantity=kilograms("500000"),
            fixed_price=usd("10.00", "kg"),
            signed_on="2026-05-04",
            effective_from="2026-06-01",
            replenish_within_days=180,
            buy_back=True,
            financing={"percent": "5.25", "day_count": "ACT/365"},
            storage=usd("0.15", "kg"),
            legal_basis=ACT,
        ),
    )
