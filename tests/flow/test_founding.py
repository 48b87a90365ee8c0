"""Before the founding nothing is recorded, and after it no other founding ever is."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bloc.stack import Stack
from tests.flow.audit import audit
from tests.flow.partner import ORIGIN, SECRETARIAT, Partner, Told, compact
from tests.flow.scene import OBSERVER, Scene
from tests.flow.telling import act, listed, registered


def charter(secretariat: Partner, services: Mapping[str, Partner], **more: Any) -> Told:
    """The founding event of a bloc with these keys."""

    def holder(partner: Partner) -> dict[str, Any]:
        return {"party": partner.party, "jwk": partner.jwk, "proof": partner.proof()}

    data = {
        "name": "Critical minerals bloc",
        "origin": ORIGIN,
        "founded_on": "2026-02-04",
        "secretariat": holder(secretariat),
        "services": [{"role": role, **holder(partner)} for role, partner in services.items()],
        "ruleset": "2026.1",
        "legal_basis": act("1"),
    }
    return "bloc.founded.v1", "bloc/charter", data | more


@pytest.fixture(scope="session")
async def anchor() -> Partner:
    """The secretariat whose key both services were told to trust; its private half is nowhere on their disk."""
    return Partner(SECRETARIAT)


def _unfounded(folder: Path, anchor: Partner) -> Stack:
    return Stack(folder, founded=False, environment={"BLOC_TRUST_ANCHOR": anchor.kid})


@pytest.fixture(scope="session")
async def empty(work_folder: Path, anchor: Partner) -> AsyncIterator[Scene]:
    """A bloc that nobody has founded, shared by tests that leave it so."""
    async with _unfounded(work_folder / "empty", anchor) as stack:
        scene = Scene(stack, {SECRETARIAT: anchor})
        yield scene
        await scene.close()


def _services(stack: Stack) -> dict[str, Partner]:
    return {
        "tariffs": Partner.from_folder(stack.keys_folder, "bloc.tariffs"),
        "ledger": Partner.from_folder(stack.keys_folder, "bloc.ledger"),
    }


async def test_an_empty_ledger_refuses_everything_else(empty: Scene, anchor: Partner) -> None:
    """Whoever signs it, the trust anchor included: before the founding there is nobody who could be known."""
    stranger = Partner(OBSERVER)
    for signer, told in (
        (anchor, listed("ndpr")),
        (anchor, registered(stranger)),
        (stranger, listed("ndpr")),
    ):
        said = await empty.post(signer.body(told), signer)
        assert said.status in (401, 422), said
        assert said.document["mend"]
    assert (await empty.head())["size"] == 0


async def test_only_the_trust_anchor_founds(empty: Scene) -> None:
    """A perfect founding with another key is 401: what the services trust was configured, not sent."""
    usurper = Partner.from_folder(empty.stack.keys_folder, SECRETARIAT)
    said = await empty.post(usurper.body(charter(usurper, _services(empty.stack))), usurper)
    assert (said.status, said.slug) == (401, "unknown_key"), said
    assert (await empty.head())["size"] == 0


async def test_fnd_4_a_founding_with_an_unproven_key_is_refused_and_leaves_nothing(
    empty: Scene, anchor: Partner
) -> None:
    """Even a refusal cannot be recorded before there is a charter: the rule is shown and nothing remains."""
    services = _services(empty.stack)
    told = charter(anchor, services)
    told[2]["services"][0]["proof"] = services["ledger"].proof()
    said = await empty.post(anchor.body(told), anchor)
    assert (said.status, said.document["rule"]) == (422, "FND-4"), said
    assert "position" not in said.document
    assert (await empty.head())["size"] == 0


async def test_a_founding_comes_first_in_its_submission(empty: Scene, anchor: Partner) -> None:
    """A line before it would be recorded before anybody was known."""
    body = anchor.body(listed("ndpr"), charter(anchor, _services(empty.stack)))
    said = await empty.post(body, anchor)
    assert 400 <= said.status < 500, said
    assert (await empty.head())["size"] == 0


async def test_a_bloc_is_founded_by_a_partner_who_has_only_a_key(work_folder: Path, anchor: Partner) -> None:
    """The founding is entry 0, its key signs from then on, and the same founding again is the same receipt."""
    async with _unfounded(work_folder / "founding", anchor) as stack:
        scene = Scene(stack, {SECRETARIAT: anchor})
        body = anchor.body(charter(anchor, _services(stack)), listed("ndpr"))
        said = await scene.post(body, anchor)
        assert (said.status, said.document["first_position"]) == (201, 0), said
        assert (await scene.post(body, anchor)).status == 200
        assert (await scene.say(SECRETARIAT, listed("gallium"))).document["first_position"] == 2
        record = await audit(stack)
        assert record.events[0]["type"] == "bloc.founded.v1"
        await scene.close()


async def test_fnd_2_a_second_founding_is_refused(scene: Scene) -> None:
    """The secretariat itself cannot found again; that it tried is recorded."""
    secretariat = scene[SECRETARIAT]
    size = (await scene.head())["size"]
    said = await scene.post(secretariat.body(charter(secretariat, _services(scene.stack))), secretariat)
    assert (said.status, said.document["rule"], said.document["position"]) == (422, "FND-2", size), said


async def test_a_second_founding_by_a_stranger_is_not_even_judged(scene: Scene) -> None:
    """A key that nobody registered founds nothing in a bloc that there is."""
    stranger = Partner(SECRETARIAT)
    size = (await scene.head())["size"]
    said = await scene.post(compact(stranger.event(charter(stranger, _services(scene.stack)))), stranger)
    assert (said.status, said.slug) == (401, "unknown_key"), said
    assert (await scene.head())["size"] == size
