"""An emergency on a running bloc, in a reserve of its own: declared, released by priority, drawn, and asked about."""

from tests.tariffs.events import ACT, SECRETARIAT, event, kilograms, usd
from tests.tariffs.partners import Partners, recorded

LINE = "cl_antimony.unwrought_metal.ingot_99"
RESERVE = "cl-crisis"
FIRST, SECOND = "cl-crisis.acme.2026-01", "cl-crisis.bravo.2026-01"


def opening() -> tuple[bytes, ...]:
    """A mineral of its own, and its line."""
    mineral = event(
        SECRETARIAT,
        "mineral.listed",
        mineral="cl_antimony",
        name="antimony",
        symbol="Sb",
        list="USGS-2025",
        effective_from="2025-11-07",
    )
    line = event(
        SECRETARIAT,
        "stage_line.defined",
        line=LINE,
        mineral="cl_antimony",
        stage="unwrought_metal",
        specification="antimony ingots, at least 99 %",
        hs_edition="HS2022",
        hs6="811010",
        national_codes=[],
        unit="kg",
        effective_from="2026-01-01",
        source="HS 2022",
        confidence="A",
    )
    return mineral, line


def commitment(name: str, company: str) -> bytes:
    """A company commits to 600 kg at 60 USD/kg, to the end of June 2027."""
    return event(
        "cl.vault",
        "purchase_commitment.signed",
        purchase_commitment=name,
        reserve=RESERVE,
        company=company,
        line=LINE,
        quantity=kilograms("600"),
        fixed_price=usd("60.00", "kg"),
        signed_on="2026-06-01",
        effective_from="2026-07-01",
        effective_to="2027-07-01",
        replenish_within_days=180,
        buy_back=True,
        financing={"percent": "5.25", "day_count": "ACT/365"},
        storage=usd("0.15", "kg"),
        legal_basis=ACT,
    )


def stocked() -> tuple[bytes, ...]:
    """Capital, a target of 60 days at 10 kg a day, two commitments, and a lot of 1000 kg."""
    capital = event(
        "cl.vault",
        "reserve.capital_committed",
        reserve=RESERVE,
        source="Illustrative fund",
        facility="equity",
        amount=usd("1000000.00"),
        committed_on="2026-06-01",
        legal_basis=ACT,
    )
    target = event(
        "cl.vault",
        "reserve.target_set",
        reserve=RESERVE,
        line=LINE,
        cover_days="60",
        daily_demand=kilograms("10"),
        effective_from="2026-07-01",
        legal_basis=ACT,
    )
    lot = event(
        "cl.vault",
        "lot.received",
        lot="S1",
        reserve=RESERVE,
        line=LINE,
        quantity=kilograms("1000"),
        assay=[{"substance": "Sb", "percent": "99.6"}],
        warehouse="cl.antofagasta-2",
        supplier={"scheme": "lei", "id": "529900T8BM49AURSDO55"},
        origin="CL",
        unit_cost=usd("55.00", "kg"),
        received_on="2026-07-01",
    )
    return capital, target, commitment(FIRST, "cl.acme"), commitment(SECOND, "cl.bravo"), lot


def drawn(name: str, quantity: int, company: str, under: str, **more: str) -> bytes:
    """A company draws on 7 October."""
    return event(
        "cl.vault",
        "drawdown.released",
        drawdown=name,
        reserve=RESERVE,
        purchase_commitment=under,
        company=company,
        line=LINE,
        quantity=kilograms(str(quantity)),
        lots=[{"lot": "S1", "quantity": kilograms(str(quantity))}],
        fixed_price=usd("60.00", "kg"),
        amount_due=usd(f"{quantity * 60}.00"),
        released_on="2026-10-07",
        **more,
    )


def released() -> bytes:
    """500 kg are released: 300 to Bravo, then 200 to Acme."""
    shares = (("cl.bravo", SECOND, "300"), ("cl.acme", FIRST, "200"))
    return event(
        "cl.vault",
        "emergency_release.ordered",
        release="R1",
        emergency="cl-2026-antimony",
        reserve=RESERVE,
        line=LINE,
        quantity=kilograms("500"),
        shares=[
            {"company": company, "purchase_commitment": under, "quantity": kilograms(quantity)}
            for company, under, quantity in shares
        ],
        ordered_on="2026-10-06",
        legal_basis=ACT,
    )


def declared() -> bytes:
    """The emergency."""
    return event(
        SECRETARIAT,
        "emergency.declared",
        emergency="cl-2026-antimony",
        minerals=["cl_antimony"],
        trigger="Licences are withheld",
        effective_from="2026-10-06",
        legal_basis=ACT,
    )


def market() -> bytes:
    """Antimony at 58 USD/kg in October."""
    return event(
        "cl.prices",
        "reference_price.published",
        line=LINE,
        price=usd("58000.00", "t"),
        method="assessed",
        period_from="2026-10-01",
        period_to="2026-11-01",
        assessor="Illustrative assessments",
    )


async def test_an_emergency_is_declared_released_drawn_and_asked_about(chile: Partners):
    """RES-26 refuses 501 kg on no share; the first in the order draws; every read names V, K and its entries."""
    await recorded(chile, SECRETARIAT, *opening())
    await recorded(chile, "cl.vault", *stocked())
    await recorded(chile, SECRETARIAT, declared())
    await recorded(chile, "cl.vault", released())
    too_much = await chile.post("cl.vault", drawn("d0", 501, "cl.acme", FIRST))
    assert (too_much.status, too_much.document["rule"]) == (422, "RES-26")
    await recorded(chile, "cl.prices", market())
    done = await recorded(chile, "cl.vault", drawn("d1", 300, "cl.bravo", SECOND, release="R1"))
    position = done.document["first_position"] + done.document["count"] - 1

    emergency = await chile.get("/emergencies/cl-2026-antimony", effective_at="2026-10-06", position=position)
    assert emergency.document["emergency"]["status"] == "declared"
    listed = await chile.get("/emergencies", effective_at="2026-10-05", position=position)
    assert [one["status"] for one in listed.document["emergencies"]] == ["pending"]
    assert (await chile.get("/emergencies/nobody")).status == 404

    reserve = await chile.get(f"/reserves/{RESERVE}", effective_at="2026-10-07", position=position)
    (release,) = reserve.document["releases"]
    assert (release["status"], release["open_kilograms"]) == ("open", "200")
    (after,) = reserve.document["cover_after_releases"]
    assert (reserve.document["reserve"]["cover"][0]["days"], after["days"]) == ("70.00", "50.00")
    assert after["is_below_target"]

    gains = await chile.get(f"/reserves/{RESERVE}/drawdowns", effective_at="2026-10-07", position=position)
    (outgoing,) = gains.document["drawdowns"]
    assert (outgoing["market_value"]["amount"], outgoing["gain"]["amount"]) == ("17400.00", "-600.00")
    assert gains.document["gains"][-1]["gain"]["amount"] == "600.00"

    path = f"/reserves/{RESERVE}/commitments/{FIRST}/carrying_cost"
    cost = (await chile.get(path, effective_at="2026-10-07", position=position)).document["carrying_cost"]
    assert (cost["is_to_term"], cost["together"]["days"], cost["together"]["total"]["amount"]) == (
        True,
        365,
        "2970.00",
    )
    assert (await chile.get(path, period_from="2026-10-01", period_to="2026-10-01")).slug == "bad_query"
    assert (await chile.get(path, period_from="tomorrow")).document["path"] == "period_from"
    assert (await chile.get(f"/reserves/{RESERVE}/commitments/nobody/carrying_cost")).status == 404
