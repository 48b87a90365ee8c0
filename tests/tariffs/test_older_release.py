"""A service that is older than the record, beside one that is not: it says so, in one way, and goes on where it can."""

import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import msgspec
import pytest

from bloc.embedded.ports import chosen_port
from tests.tariffs.events import ACT, SECRETARIAT, declaration, event, measure, usd
from tests.tariffs.instances import ended, readiness, settings_on, started
from tests.tariffs.partners import Partners, recorded

SETTLED = "bloc.duty.settled.v1"
CONSULTED = "bloc.case.consultations_held.v1"
"""About rules, and recorded by no other test on the shared bloc."""

OlderWithout = Callable[[str, int], AbstractAsyncContextManager[Partners]]


@pytest.fixture
def older(chile: Partners) -> OlderWithout:
    """The same parties at the door of an instance that has not a type, once its readiness has a status."""

    @asynccontextmanager
    async def without(type_name: str, status: int) -> AsyncGenerator[Partners]:
        port = chosen_port(0, "--port")
        settings = settings_on(chile.stack, chile.stack.keys_folder / "bloc.tariffs.pem", port)
        process = await started(settings, "tests.tariffs.older_release", type_name)
        partners = Partners(chile.stack)
        partners.keys = chile.keys
        partners.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        try:
            await readiness(port, status, type_name if status == 503 else "")
            yield partners
        finally:
            # An instance left behind would answer submissions of later tests over NATS.
            await partners.close()
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            exit_status, said = await ended(process)
        assert exit_status == 0, said

    return without


async def test_a_declaration_with_an_event_of_a_newer_release_is_left_to_newer_instances(
    chile: Partners, older: OlderWithout
):
    """Reading it and posting about it answer 503 and say what to do; other declarations are decided as ever, and
    readiness names the entry."""
    reference = "CL-NEWER-1"
    await recorded(chile, "cl.trade", measure("newer.282690", prefix="282690"))
    declared = declaration(reference, line="none", commodity_code="28269000")
    await recorded(chile, "cl.customs", declared)
    common = {"member": "CL", "reference": reference}
    settled = event(
        "cl.customs", "duty.settled", **common, amount=usd("60.00"), settled_at="2026-07-01T12:00:00Z"
    )
    position = (await recorded(chile, "cl.customs", settled)).document["first_position"]
    amended = event(
        "cl.customs",
        "declaration.amended",
        **common,
        amended_at="2026-07-02T12:00:00Z",
        items=[msgspec.json.decode(declared)["data"]["items"][0] | {"customs_value": usd("900.00")}],
        reason="The price was reduced before acceptance",
        legal_basis=ACT,
    )
    async with older(SETTLED, 200) as old:
        assert "outdated" not in (await old.get("/health/ready")).document
        read = await old.get(f"/declarations/CL/{reference}")
        posted = await old.post("cl.customs", amended)
        for answer in (read, posted, await old.post("cl.customs", amended, dry_run=True)):
            assert (answer.status, answer.slug, answer.headers["retry-after"]) == (503, "outdated", "60")
            assert (
                f"entry {position}: this release does not know the type {SETTLED}"
                in answer.document["detail"]
            )
            assert "run the newest release" in answer.document["mend"]
        await recorded(old, "cl.customs", declaration("CL-NEWER-2", line="none", commodity_code="28269000"))
        ready = await old.get("/health/ready")
        assert (ready.status, f"entry {position}" in ready.document["outdated"]) == (200, True)
    assert (await chile.post("cl.customs", amended)).status == 201


async def test_an_entry_about_rules_of_a_newer_release_silences_an_older_one(
    chile: Partners, older: OlderWithout
):
    """It stays to say so: submissions and reads of now answer 503 with the entry, what was known before it is still
    answered; started anew it says the same."""
    opened = event(
        SECRETARIAT,
        "case.opened",
        case="cl.newer.1",
        kind="dispute",
        title="A dispute, consulted on in a newer way",
        complainant="cl.ministry",
        respondent=SECRETARIAT,
        opened_on="2026-02-04",
        about=["floor/cl_lithium.oxide_compound.carbonate_99"],
        legal_basis=ACT,
    )
    await recorded(chile, SECRETARIAT, opened)
    consulted = event(
        SECRETARIAT, "case.consultations_held", case="cl.newer.1", held_on="2026-02-05", settled=False
    )
    async with older(CONSULTED, 200) as old:
        position = (await recorded(chile, SECRETARIAT, consulted)).document["first_position"]
        port = old.http.base_url.port
        assert port is not None
        assert CONSULTED in await readiness(port, 503, f"entry {position}")
        posted = await old.post("cl.customs", declaration("CL-NEWER-3"))
        later = [await old.get("/rules"), await old.get("/rules", position=position)]
        for answer in (posted, *later, await old.get("/health/ready")):
            assert (answer.status, answer.slug) == (503, "outdated")
            assert (
                f"entry {position}: this release does not know the type {CONSULTED}"
                in answer.document["detail"]
            )
        assert (await old.get("/rules", position=position - 1)).status == 200
        assert (await old.get("/health/live")).status == 200
    async with older(CONSULTED, 503) as again:
        assert (await again.post("cl.customs", declaration("CL-NEWER-4"))).slug == "outdated"
