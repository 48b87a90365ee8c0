"""Questions about the law that was played: who made it and who approved, what was known when, what a quota has left."""

from typing import Any

from rich.table import Table

from bloc.demo import tables
from bloc.demo.asking import read, same
from bloc.demo.chapters import ferro_alloys
from bloc.demo.chapters.floors import METAL, RIGHT, WRONG
from bloc.demo.play import Stage

SAFEGUARD = "eu.safeguard.2025-2351.720221"


async def authority(stage: Stage) -> Table:
    """Who issued the safeguard on ferro-silicon, and who approved exactly that."""
    (said,) = (await read(stage, f"/authority/measure/{SAFEGUARD}"))["acts"]
    same("four eyes", said["four_eyes"], "approved")
    return tables.facts(
        f"Who made {SAFEGUARD}",
        [
            ("issued by", _who(said["issued"])),
            (
                "proposed in",
                f"{said['proposal']} (position {said['proposed']['position']}), under rule book {said['ruleset']}",
            ),
            ("approved by", _who(said["approved"])),
        ],
    )


def _who(act: dict[str, Any]) -> str:
    return f"{act['party']} at position {act['position']}, by mandate {', '.join(act['mandates'])}"


async def floors(stage: Stage) -> Table:
    """E12 on both axes, for the day of acceptance: before anything was known, before the correction, and now; E11."""
    stream = f"floor/{METAL}"
    set_at = stage.memory.entry(stream, "bloc.price_floor.set.v1").position
    corrected_at = stage.memory.entry(stream, "bloc.event.corrected.v1").position
    rows: list[tuple[str, str]] = []
    for position, wanted in (
        (set_at - 1, "not_known"),
        (corrected_at - 1, WRONG),
        (corrected_at, RIGHT),
    ):
        said = await _floor(stage, "2026-05-20", position)
        rows.append((f"on 2026-05-20, as known at position {position}", same("E12", said, wanted)))
    for day, wanted in (("2026-06-30", "110.00"), ("2026-07-01", "115.00")):
        rows.append((f"on {day}, as known now", same("E11", await _floor(stage, day), wanted)))
    return tables.facts(f"The floor of {METAL}, USD/kg", rows)


async def _floor(stage: Stage, day: str, position: int | None = None) -> str:
    known = {} if position is None else {"position": position}
    said = (await read(stage, f"/floors/{METAL}", effective_at=day, **known))["floor"]
    return said["price"]["amount"] if said["status"] == "in_force" else said["status"]


async def quota(stage: Stage) -> Table:
    """E14: the quarter is used up, and two shipments were cut off."""
    periods = (await read(stage, f"/quotas/{ferro_alloys.QUOTA}", effective_at="2026-06-16"))["quota"][
        "periods"
    ]
    period = next(one for one in periods if one["status"] == "open")
    same("E14", period["left_kilograms"], "0")
    cut_off = {one["reference"]: one["short_kilograms"] for one in period["cut_off"]}
    same("E14", cut_off, {"DEMO-E14-SPLIT": "320000", "DEMO-E14-LATE": "500000"})
    return tables.facts(
        f"Quota {ferro_alloys.QUOTA}, {period['period_from']} to before {period['period_to']}",
        [
            ("volume (illustrative)", f"{period['volume']['value']} {period['volume']['unit']}"),
            ("left", f"{period['left_kilograms']} kg, exhausted at position {period['exhausted_at']}"),
            *((f"{reference} was cut off", f"{short} kg") for reference, short in cut_off.items()),
        ],
    )
