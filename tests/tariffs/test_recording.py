"""From a signed submission to its receipt: recorded once, however often it is posted."""

import asyncio
from hashlib import sha256

import pytest

from contracts.identity.keys import SigningKey
from tests.tariffs.events import LINE, changed, declaration, drawdown, event, key_registered, lot, usd
from tests.tariffs.partners import Partners, recorded, until


async def test_a_declaration_is_recorded_with_its_duty(chile: Partners):
    """201 with a receipt: first position, two entries (declaration and assessment), where to look it up."""
    body = declaration("RECORD-1")
    answer = await chile.post("cl.customs", body)
    assert answer.status == 201
    receipt = answer.document
    assert receipt["outcome"] == "recorded"
    assert receipt["submission"] == sha256(body).hexdigest()
    assert receipt["count"] == 2
    assert receipt["entries"][0]["stream"] == "declaration/CL/RECORD-1"
    assert answer.headers["location"] == f"/submissions/{receipt['submission']}"
    again = await chile.get(answer.headers["location"])
    assert (again.status, again.document["first_position"]) == (200, receipt["first_position"])


async def test_the_same_bytes_again_are_a_duplicate_with_the_first_receipt(chile: Partners):
    """A retry is harmless: 200 and the positions of the first time, signed anew or not."""
    body = declaration("AGAIN-1")
    first = await chile.post("cl.customs", body)
    second = await chile.post("cl.customs", body)
    third = await chile.send(body, chile.sign("cl.customs", body, ago_seconds=60))
    assert (first.status, second.status, third.status) == (201, 200, 200)
    assert second.document["outcome"] == third.document["outcome"] == "duplicate"
    assert second.document["first_position"] == first.document["first_position"]


async def test_the_same_bytes_posted_at_once_are_recorded_once(chile: Partners):
    """Twenty connections, one submission: one 201, nineteen 200, all with the same position."""
    body = declaration("AT-ONCE-1")
    answers = await asyncio.gather(*(chile.post("cl.customs", body) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.document["first_position"] for answer in answers}) == 1


async def test_a_recorded_lot_posted_again_by_itself_is_a_duplicate_and_no_refusal(chile: Partners):
    """Two lots were one submission; posting one of them alone breaks the rule that a lot is received once. But it
    is recorded, so the answer is its position."""
    one, two = lot("cl-twice-1"), lot("cl-twice-2")
    first = await recorded(chile, "cl.vault", one, two)
    alone = await chile.post("cl.vault", two)
    assert alone.status == 200, alone
    assert alone.document["outcome"] == "duplicate"
    assert alone.document["first_position"] == first.document["first_position"] + 1


async def test_a_body_that_is_partly_recorded_names_the_known_lines(chile: Partners):
    """One known line among three: 409, line and position named, and the other two are not recorded."""
    known = lot("cl-partly-1")
    first = await recorded(chile, "cl.vault", known)
    answer = await chile.post("cl.vault", lot("cl-partly-2"), known, lot("cl-partly-3"))
    assert (answer.status, answer.slug) == (409, "partly_recorded"), answer
    assert answer.document["lines"] == [{"line": 1, "position": first.document["first_position"]}]


async def test_a_known_id_with_other_bytes_is_409(chile: Partners):
    """An id is used once: changing a recorded event is a new event."""
    body = declaration("REUSED-1")
    first = await recorded(chile, "cl.customs", body)
    other = changed(declaration("REUSED-2"), id=first.document["entries"][0]["id"])
    answer = await chile.post("cl.customs", other)
    assert (answer.status, answer.slug) == (409, "id_reused"), answer
    assert (answer.document["position"], answer.document["rule"]) == (
        first.document["first_position"],
        "IDS-1",
    )


@pytest.mark.parametrize("broken", [False, True], ids=["the rules take it", "the rules do not"])
async def test_who_gives_an_id_two_meanings_is_on_the_record(chile: Partners, broken: bool):
    """Once, however often it is tried: a refusal that names the first event, and keeps the body for its author; so
    invariant 15 asks. A dry run leaves nothing."""
    named = "bad" if broken else "good"
    first = await recorded(chile, "cl.customs", declaration(f"MEANT-{named}"))
    position = first.document["first_position"]
    line = "ndpr.oxide_compound.nothing" if broken else LINE
    other = changed(declaration(f"MEANT-{named}-2", line=line), id=first.document["entries"][0]["id"])
    dry = await chile.post("cl.customs", other, dry_run=True)
    assert (dry.status, dry.slug) == (409, "id_reused")
    answer, again = [await chile.post("cl.customs", other) for _ in range(2)]
    assert answer.document == again.document
    assert answer.document["lines"] == [{"line": 0, "position": position}]
    said = await chile.get("/refusals", party="cl.customs", after=position)
    (refusal,) = [one for one in said.document["refusals"] if one["submission"] == sha256(other).hexdigest()]
    assert str(refusal["position"]) in answer.document["detail"]
    (rule,) = refusal["broken"]
    assert (rule["rule"], rule["path"], rule["recorded"]) == ("IDS-1", "$.id", position)


async def test_a_dry_run_says_what_would_be_derived_and_records_nothing(chile: Partners):
    """Then the same bytes are recorded for real: nothing of the dry run is left."""
    body = declaration("DRY-1", value="500.00")
    dry = await chile.post("cl.customs", body, dry_run=True)
    assert (dry.status, dry.document["outcome"]) == (200, "would_record")
    assert [derived["type"] for derived in dry.document["derived"]] == ["bloc.duty.assessed.v1"]
    assert (await chile.get(f"/submissions/{dry.document['submission']}")).status == 404
    assert (await chile.post("cl.customs", body)).status == 201


async def test_a_dry_run_says_what_posting_would_about_what_is_recorded(chile: Partners):
    """The same bytes give their first receipt, as the declaration in a new event breaks DEC-4."""
    body = declaration("DRY-TWICE", value="500.00")
    recorded_first = await recorded(chile, "cl.customs", body)
    same = await chile.post("cl.customs", body, dry_run=True)
    assert same.document["first_position"] == recorded_first.document["first_position"]
    again = await chile.post("cl.customs", declaration("DRY-TWICE", value="500.00"), dry_run=True)
    assert (again.status, again.document["rule"]) == (422, "DEC-4")


async def test_a_dry_run_of_a_broken_rule_records_no_refusal(chile: Partners):
    """422 with the rule, and no position."""
    answer = await chile.post("cl.vault", drawdown("dry-draw-1", "no-such-lot"), dry_run=True)
    assert answer.status == 422
    assert "position" not in answer.document


async def test_who_does_not_wait_finds_the_receipt_at_location(chile: Partners):
    """`Prefer: wait=0`: answered as soon as the draft is published (or recorded, if that was quicker)."""
    body = declaration("NO-WAIT-1")
    answer = await chile.post("cl.customs", body, wait=0)
    assert (answer.status, answer.document["outcome"]) in ((201, "recorded"), (202, "waiting"))

    async def recorded_meanwhile() -> bool:
        found = await chile.get(answer.headers["location"])
        assert found.status in (200, 202, 404)
        return found.status == 200 and found.document["outcome"] == "recorded"

    await until(recorded_meanwhile)


async def test_the_nats_door_gives_the_same_answers(chile: Partners):
    """Recorded, duplicate, malformed and refused, each as over HTTP."""
    body = declaration("NATS-1")
    key, url = chile.keys["cl.customs"], chile.stack.nats_url("partner")
    async with chile.client() as bloc:
        over_nats = await bloc.post_over_nats(key, "cl.customs", body, url)
        assert (over_nats.status, over_nats.document["outcome"]) == (201, "recorded")
        again = await bloc.post_over_nats(key, "cl.customs", body, url)
        assert again.status == 200
        assert (await chile.post("cl.customs", body)).document == again.document
        bad = body.replace(b'"CN"', b"null", 1)
        assert (await bloc.post_over_nats(key, "cl.customs", bad, url)).document == (
            await chile.post("cl.customs", bad)
        ).document


async def test_a_party_cannot_use_the_subject_of_another(chile: Partners):
    """Signed by cl.customs, sent on bloc.submit.cl.trade: 401."""
    url = chile.stack.nats_url("partner")
    async with chile.client() as bloc:
        answer = await bloc.post_over_nats(
            chile.keys["cl.customs"], "cl.trade", declaration("SUBJECT-1"), url
        )
    assert answer.status == 401
    assert "cl.trade" in answer.document["detail"]


async def test_a_key_counts_as_soon_as_it_is_registered_and_until_it_is_revoked(chile: Partners):
    """A second key signs right after its registration; after its revocation it is 401."""
    chile.keys["second"] = SigningKey.generate()
    kid = chile.keys["second"].kid
    await recorded(
        chile, "cl.customs", key_registered(chile.origin, "cl.customs", "cl.customs", chile.keys["second"])
    )
    assert (await chile.post("cl.customs", declaration("SECOND-1"), key="second")).status == 201
    revoked = event("cl.customs", "key.revoked", party="cl.customs", kid=kid, reason="superseded")
    await recorded(chile, "cl.customs", revoked)
    answer = await chile.post("cl.customs", declaration("SECOND-2"), key="second")
    assert (answer.status, answer.slug) == (401, "key_not_valid")


async def test_the_authors_own_version_check_is_answered_and_not_recorded(chile: Partners):
    """`expectedversion` of a stream that has moved on: 409, no refusal."""
    await recorded(chile, "cl.customs", declaration("EXPECTED-1"))
    late = changed(declaration("EXPECTED-1", item_no=2), expectedversion=1)
    answer = await chile.post("cl.customs", late)
    assert (answer.status, answer.slug) == (409, "version_conflict")
    good = changed(declaration("EXPECTED-2"), expectedversion=0)
    assert (await chile.post("cl.customs", good)).status == 201


async def test_forty_prices_posted_at_once_do_not_conflict(chile: Partners):
    """Submissions about the rules queue up instead of using up each other's retries."""
    prices = [
        event(
            "cl.prices",
            "reference_price.published",
            line=LINE,
            price=usd(f"{10 + number}.00", "kg"),
            method="assessed",
            period_from="2026-05-01",
            period_to="2026-06-01",
            assessor="test",
        )
        for number in range(40)
    ]
    answers = await asyncio.gather(*(chile.post("cl.prices", price) for price in prices))
    assert {answer.status for answer in answers} == {201}
