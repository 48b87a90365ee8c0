"""After the story: questions that a member, a reserve operator or an importer would ask, and attempts that must fail.

Each answer is computed by the services from what was recorded, and compared with the worked examples E19 to E22, E27
and E14: what is late, what is owed and what is covered is never posted by anybody.
"""

from typing import Any

from rich.table import Table

from bloc.demo import law, refusals, tables
from bloc.demo.asking import read, same
from bloc.demo.chapters import ferro_alloys, reserve
from bloc.demo.chapters.floors import METAL, OXIDE
from bloc.demo.play import Stage
from bloc.trouble import Trouble


async def questions(stage: Stage) -> list[Table]:
    """Ask everything, compare, and return the tables to show."""
    # Recorded is not yet folded where the questions go; what has been read once stays read.
    await read(stage, "/members", min_position=(await stage.bloc.head())["size"] - 1)
    return [
        await _members(stage),
        await law.authority(stage),
        await law.floors(stage),
        await law.quota(stage),
        await _reserve(stage),
        await _quote(stage),
        await refusals.shown(stage),
    ]


async def _members(stage: Stage) -> Table:
    """E27: the memorandum of the EU and the US, due on 2026-03-06, signed on 2026-04-24."""
    document = await read(stage, "/members", effective_at="2026-07-01")
    members = {member["member"]: member for member in document["members"]}
    promise = next(c for c in members["EU"]["commitments"] if c["commitment"] == "eu-us-memorandum")
    late = same("E27", promise["days_late"], 49)
    acceded = sorted(name for name, member in members.items() if member["status"] == "acceded")
    overdue = next(c for c in members["MX"]["commitments"] if c["commitment"] == "us-mx-action-plan")
    return tables.facts(
        "Members on 1 July 2026",
        [
            ("recorded", f"{len(members)} invited: 54 countries, the Commission, the host"),
            ("acceded (illustrative)", ", ".join(acceded)),
            (
                "EU-US memorandum",
                f"due {promise['due_on']}, signed {promise['fulfilled_on']}: {late} days late",
            ),
            (
                "US-Mexico action plan",
                f"due {overdue['due_on']}, nothing recorded since: {overdue['status']}",
            ),
        ],
    )


async def _reserve(stage: Stage) -> Table:
    """E20, E21 and E22: stock, what is owed, and for how long it lasts."""
    path = f"/reserves/{reserve.RESERVE}"
    drawn = (await read(stage, path, effective_at="2026-10-06"))["reserve"]
    later = (await read(stage, path, effective_at="2027-05-04"))["reserve"]
    cover = {row["line"]: row for row in drawn["cover"]}
    owed = next(row for row in later["obligations"] if row["obligation"] == "vault.2026-0007")
    stock = {row["line"]: row["kilograms"] for row in later["stock"]}
    below = same("E22", cover[METAL]["is_below_target"], True) and "below the target of 60"
    oxide_days, metal_days = (
        same("E22", cover[OXIDE]["days"], "69.09"),
        same("E22", cover[METAL]["days"], "50.91"),
    )
    still_open = same("E21", owed["open_kilograms"], "50000")
    charge = same("E21", owed["charge"]["amount"], "71250.00")
    held = _held(later)
    return tables.facts(
        "The reserve, computed and never posted",
        [
            (
                "capital",
                " and ".join(f"{row['amount']['amount']} USD ({row['source']})" for row in drawn["capital"]),
            ),
            ("E19 carrying cost", "614897.26 + 225000.00 = 839897.26 USD, recomputed before it was recorded"),
            (
                "E20 stock after the release",
                f"{same('E20', cover[OXIDE]['kilograms'], '380000')} kg of oxide",
            ),
            ("E20 to be refilled by", same("E20", owed["due_on"], "2027-04-03")),
            ("E22 cover of the oxide", f"{oxide_days} days"),
            ("E22 cover of the metal", f"{metal_days} days, {below}"),
            ("E21 open on 2027-05-04", f"{still_open} kg, {owed['days_overdue']} days overdue: {charge} USD"),
            ("E21 stock", f"{same('E21', stock[OXIDE], '450000')} kg"),
            ("entitlements", f"{held}; the parts sum to what was committed"),
        ],
    )


def _held(reserve_view: dict[str, Any]) -> str:
    """Who may draw how much of the oxide, after the transfer."""
    parts = [one for one in reserve_view["entitlements"] if one["line"] == OXIDE]
    left = {one["company"]: one["left_kilograms"] for one in parts}
    same("transfer", left, {"oem.clarios": "400000", "oem.gevernova": "50000"})
    same("transfer", [one["is_balanced"] for one in reserve_view["balances"]], [True, True])
    return ", ".join(f"{company} {kilograms} kg" for company, kilograms in left.items())


async def _quote(stage: Stage) -> Table:
    """E14, out of quota: 500 t of ferro-silicon at 1,205 EUR/t under the real threshold of 2,408."""
    value = {"amount": "602500.00", "currency": "EUR"}
    item = {
        "item_no": 1,
        "commodity_code": "72022100",
        "hs_edition": "HS2022",
        "line": "silicon.alloy.ferro_silicon_above_55si",
        "origin": "CN",
        "preference_claimed": False,
        "additional_codes": [ferro_alloys.PRICE_TEST],
        "net_mass": {"value": "500", "unit": "t"},
        "customs_value": value,
        "free_at_frontier_value": value,
    }
    answer = await stage.bloc.quote(
        {"member": "EU", "accepted_at": "2026-06-15T10:00:00+02:00", "item": item}
    )
    if answer.status != 200:
        raise Trouble(
            f"The quote was answered {answer.status}: {answer.document}",
            "This is a defect; please report it.",
        )
    line = next(line for line in answer.document["lines"] if line["kind"] == "safeguard")
    return tables.facts(
        "A quote: nothing is recorded",
        [
            (
                "E14 ferro-silicon, 500 t at 1,205 EUR/t",
                f"{same('E14', line['amount'], '601500.00')} EUR of safeguard duty",
            ),
            ("from", f"{line['cites']['stream']} at position {line['cites']['position']}"),
            (
                "legal basis",
                f"{line['cites']['legal_basis']['act']} article {line['cites']['legal_basis']['article']}",
            ),
        ],
    )
