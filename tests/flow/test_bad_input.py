"""Bad input gets a clear answer over both doors, and nothing is recorded of it, except refusals."""

import pytest

from tests.flow.audit import verify
from tests.flow.bad_input import HEADERS, MALFORMED, UNSIGNED, Malformed, Unsigned, answer_is_helpful, good
from tests.flow.partner import SECRETARIAT, Partner, compact, digest_of
from tests.flow.scene import OBSERVER, PORT, PROBLEM, Said, Scene
from tests.flow.telling import OXIDE, declared, floor, item, listed, registered, revoked

DOORS = ("http", "nats")
REFUSED = "bloc.submission.refused.v1"


async def _send(scene: Scene, door: str, party: str, body: bytes, signature: str | None) -> Said:
    if door == "nats":
        return await scene.ask(party, body, signature)
    return await scene.post(body, None, signature=signature)


async def _drafts(scene: Scene) -> tuple[int, int]:
    """Size of the ledger and number of drafts it consumed: neither may move for what is not decided."""
    head = await scene.head()
    return head["size"], head["sequence"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: case.title)
async def test_a_malformed_body_is_answered_with_the_place_of_its_fault(
    scene: Scene, case: Malformed, door: str
) -> None:
    """400 or 413 with path, line and what to mend; no draft is made of it."""
    before = await _drafts(scene)
    body = case.make(scene)
    said = await _send(scene, door, PORT, body, scene[PORT].sign(body))
    assert (said.status, said.slug) == (case.status, case.slug), said
    assert said.headers["content-type"] == PROBLEM
    assert answer_is_helpful(said.document)
    # A body that HTTP announces as too large is not read, so no place in it can be named.
    path = said.document.get("path", "$")
    assert path.startswith(case.path), said
    assert case.says in f"{path} {said.document['detail']} {said.document['mend']}", said
    if case.line is not None:
        assert said.document.get("line", 0) == case.line, said
    assert await _drafts(scene) == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", UNSIGNED, ids=lambda case: case.title)
async def test_what_is_not_signed_as_it_must_be_is_not_even_read(
    scene: Scene, case: Unsigned, door: str
) -> None:
    """401 names digest and length of the bytes that arrived; no draft is made of it."""
    before = await _drafts(scene)
    body = good(scene)
    said = await _send(scene, door, PORT, body, case.sign(scene, body))
    assert (said.status, said.slug) == (401, case.slug), said
    assert said.headers["content-type"] == PROBLEM
    assert answer_is_helpful(said.document)
    assert case.says in f"{said.document['detail']} {said.document['mend']}", said
    assert (said.document["digest"], said.document["length"]) == (digest_of(body), len(body))
    assert await _drafts(scene) == before


@pytest.mark.parametrize(("title", "headers", "says"), HEADERS)
async def test_a_body_in_another_form_is_not_taken(
    scene: Scene, title: str, headers: dict[str, str], says: str
) -> None:
    """415 for any other content type, an encoding, or binary mode."""
    before = await _drafts(scene)
    said = await scene.post(good(scene), scene[PORT], headers=headers)
    assert (said.status, said.slug) == (415, "unsupported_media_type"), (title, said)
    assert says in said.document["detail"]
    assert await _drafts(scene) == before


@pytest.mark.parametrize("door", DOORS)
async def test_a_revoked_key_signs_nothing_any_more(scene: Scene, door: str) -> None:
    """401 names the position of the revocation."""
    party = "us." + scene.name("broker")[-20:]
    broker, spare = Partner(party), Partner(party)
    assert (await scene.say(SECRETARIAT, registered(broker))).status == 201
    second = broker.body(registered(spare))
    assert (await scene.post(second, broker)).status == 201
    gone = await scene.say(SECRETARIAT, revoked(broker))
    assert gone.status == 201, gone
    body = broker.body(declared(scene.name("late")))
    said = await _send(scene, door, party, body, broker.sign(body))
    assert (said.status, said.slug) == (401, "key_not_valid"), said
    assert str(gone.document["first_position"]) in said.document["detail"]


@pytest.mark.parametrize("door", DOORS)
async def test_an_id_is_never_used_for_other_bytes(scene: Scene, door: str) -> None:
    """The same id with other bytes is 409 and names where the first stands; the first stays as it is."""
    event = scene[PORT].event(declared(scene.name("first")))
    first = await scene.post(compact(event), scene[PORT])
    changed = compact(event | {"time": "2026-06-30T12:00:00Z"})
    said = await _send(scene, door, PORT, changed, scene[PORT].sign(changed))
    assert (said.status, said.slug) == (409, "id_reused"), said
    assert said.document["lines"] == [{"line": 0, "position": first.document["first_position"]}]
    assert (await scene.entry(first.document["first_position"]))["event"] == event


async def test_a_body_of_which_a_part_is_recorded_is_not_recorded_again(scene: Scene) -> None:
    """One known line of two: 409 names it, and the other is not recorded either."""
    known, fresh = (
        scene[PORT].body(declared(scene.name("known"))),
        scene[PORT].body(declared(scene.name("fresh"))),
    )
    first = await scene.post(known, scene[PORT])
    size = (await scene.head())["size"]
    said = await scene.post(fresh + b"\n" + known, scene[PORT])
    assert (said.status, said.slug) == (409, "partly_recorded"), said
    assert said.document["lines"] == [{"line": 1, "position": first.document["first_position"]}]
    assert (await scene.head())["size"] == size


async def test_a_version_that_has_moved_on_is_a_conflict(scene: Scene) -> None:
    """`expectedversion` that is not the stream's is 409 with both versions, and no refusal."""
    size = (await scene.head())["size"]
    body = compact(scene[PORT].event(declared(scene.name("second")), expectedversion=1))
    said = await scene.post(body, scene[PORT])
    assert (said.status, said.slug) == (409, "version_conflict"), said
    assert (await scene.head())["size"] == size


async def _is_refusal(scene: Scene, said: Said, body: bytes, party: str, size: int) -> None:
    """A refusal is exactly one further entry, at the position that the answer names, and names rule and body."""
    assert (await scene.head())["size"] == size + 1
    entry = await scene.entry(said.document["position"])
    assert entry["event"]["type"] == REFUSED
    data = entry["event"]["data"]
    assert (data["submission"], data["party"]) == (digest_of(body), party)
    assert [broken["rule"] for broken in data["broken"]] == [
        broken["rule"] for broken in said.document["broken"]
    ]
    assert data["broken"][0]["rule"] == said.document["rule"]


@pytest.mark.parametrize("door", DOORS)
async def test_dec_1_a_broken_rule_is_refused_and_the_refusal_recorded(scene: Scene, door: str) -> None:
    """422 with the id and text of the rule, path, and the position of the refusal; posted again, the same one."""
    size = (await scene.head())["size"]
    body = scene[PORT].body(declared(scene.name("early"), accepted_at="2026-04-01T12:00:00Z"))
    said = await _send(scene, door, PORT, body, scene[PORT].sign(body))
    assert (said.status, said.slug, said.document["rule"]) == (422, "rule_broken", "DEC-1"), said
    assert said.document["path"] == "$.data.accepted_at"
    assert said.document["text"]
    await _is_refusal(scene, said, body, PORT, size)
    again = await _send(scene, door, PORT, body, scene[PORT].sign(body))
    assert (again.status, again.document["position"]) == (422, said.document["position"])
    assert (await scene.head())["size"] == size + 1


@pytest.mark.parametrize("door", DOORS)
async def test_mnd_1_without_a_mandate_nothing_is_recorded_but_the_refusal(scene: Scene, door: str) -> None:
    """403 names the mandate rule; that it was tried is recorded."""
    size = (await scene.head())["size"]
    body = scene[OBSERVER].body(declared(scene.name("none")))
    said = await _send(scene, door, OBSERVER, body, scene[OBSERVER].sign(body))
    assert (said.status, said.slug, said.document["rule"]) == (403, "no_mandate", "MND-1"), said
    await _is_refusal(scene, said, body, OBSERVER, size)


async def test_dec_5_one_broken_rule_among_a_hundred_events_refuses_them_all(scene: Scene) -> None:
    """The line is named; one refusal is recorded and none of the hundred events."""
    size = (await scene.head())["size"]
    told = [declared(scene.name("hundred")) for _ in range(100)]
    nameless = {name: value for name, value in item().items() if name != "line"}
    told[73] = declared(scene.name("hundred"), nameless)
    body = scene[PORT].body(*told)
    said = await scene.post(body, scene[PORT])
    assert (said.status, said.document["rule"], said.document["line"]) == (422, "DEC-5", 73), said
    await _is_refusal(scene, said, body, PORT, size)


async def test_the_refused_body_is_kept_for_its_author_alone(scene: Scene) -> None:
    """Its author reads it back byte for byte with a signature over the digest; nobody else does."""
    body = scene[SECRETARIAT].body(listed("ndpr"))
    said = await scene.post(body, scene[SECRETARIAT])
    assert (said.status, said.document["rule"]) == (422, "CAT-1"), said
    digest = digest_of(body)
    url = f"{scene.stack.tariffs_url}/submissions/{digest}/body"
    own = await scene.http.get(url, headers={"Bloc-Signature": scene[SECRETARIAT].sign(digest.encode())})
    assert (own.status_code, own.content) == (200, body)
    verify(own.headers["Bloc-Signature"], body, {scene[SECRETARIAT].kid: scene[SECRETARIAT].jwk["x"]})
    for party in (PORT, OBSERVER):
        other = await scene.http.get(url, headers={"Bloc-Signature": scene[party].sign(digest.encode())})
        assert other.status_code in (401, 403, 404), other.text
    assert (await scene.http.get(url)).status_code in (401, 403)


async def test_a_dry_run_checks_everything_and_records_nothing(scene: Scene) -> None:
    """A good submission shows what would be derived, a bad one its rule; the ledger does not move."""
    before = await _drafts(scene)
    fine = await scene.post(good(scene), scene[PORT], dry_run=True)
    assert (fine.status, fine.document["outcome"]) == (200, "would_record")
    assert [event["type"] for event in fine.document["derived"]] == ["bloc.duty.assessed.v1"]
    floored = scene[SECRETARIAT].body(floor(line=OXIDE))
    refused = await scene.post(floored, scene[SECRETARIAT], dry_run=True)
    assert (refused.status, refused.document["rule"]) == (422, "FLR-2"), refused
    assert "position" not in refused.document
    assert await _drafts(scene) == before


async def test_what_was_not_recorded_can_be_mended_and_posted(scene: Scene) -> None:
    """A malformed line costs nothing: mended, with the same ids, all is recorded."""
    events = [scene[PORT].event(declared(scene.name("mended"))) for _ in range(3)]
    spoilt = b"\n".join(map(compact, events)).replace(b'"HS2022"', b"2022", 1)
    assert (await scene.post(spoilt, scene[PORT])).status == 400
    said = await scene.post(b"\n".join(map(compact, events)), scene[PORT])
    assert said.status == 201, said
    assert [entry["id"] for entry in said.document["entries"]] == [event["id"] for event in events]
    assert said.document["count"] == 3 + 3
