"""Questions 3, 10, 22, 23, 24 and 26 of docs/questions.md: whether the record is whole, and what it comes to."""

import re

from tests.flow.documents import blocks
from tests.questions.asking import Asking
from tests.questions.page import PAGE


def test_an_answer_is_followed_down_to_a_proof_that_holds_offline(asking: Asking) -> None:
    """What stands above the questions about following an answer works as it stands."""
    (script,) = blocks(PAGE, "sh", "From an answer to the signed event")
    printed = asking.typed(script)
    assert '"position":334,' in printed
    assert "VERIFIED" in printed


def test_question_03_the_replayed_hash_is_the_published_one(asking: Asking) -> None:
    """The entry that is named is the one that the service signed its hash into, for the position that is named."""
    (printed,) = asking.ask(3)
    published = re.search(r"hash of the state at (\d+), published in entry (\d+), agrees", printed)
    assert published
    event = asking.event_at(int(published[2]))
    assert event["type"] == "bloc.state_hash.published.v1"
    assert str(event["data"]["known_position"]) == published[1]


def test_question_10_the_record_is_verified_and_audited_to_its_end(asking: Asking) -> None:
    """Both look at every entry that there is, and the last line is the verdict on both."""
    (printed,) = asking.ask(10)
    entries = re.search(r"VERIFIED: (\d+) entries", printed)
    assert entries
    assert f"in {entries[1]} entries" in printed
    assert printed.splitlines()[-1].startswith(f"INTACT: {entries[1]} entries are genuine")


def test_question_22_the_pack_is_about_the_case_and_its_money(asking: Asking) -> None:
    """The page for people names the two annulments and what was paid back."""
    asking.ask(22)
    page = asking.file("case-graphite.zip", "index.html")
    for told in ("bloc.event.annulled.v1", "us.itc", "160180.00", "declaration/US/DEMO-E16"):
        assert told in page


def test_question_23_a_refusal_names_every_rule_in_plain_words(asking: Asking) -> None:
    """The refusal is witnessed as any entry is, and found by the digest of what was sent."""
    (answer,) = asking.ask(23)
    for refusal in answer["refusals"]:
        event = asking.event_at(refusal["position"])
        assert event["data"]["broken"] == refusal["broken"]
        became = asking.read(f"/submissions/{refusal['submission']}")
        assert (became["outcome"], became["position"]) == ("refused", refusal["position"])


def test_question_24_lag_is_given_for_every_issuer(asking: Asking) -> None:
    """Whoever issued rules has a line."""
    (printed,) = asking.ask(24)
    issuers = set(re.findall(r"^lag of (\S+):", printed, re.MULTILINE))
    assert issuers >= {"bloc.secretariat", "us.trade", "eu.remedies", "ec.trade"}


def test_question_26_a_rebuilt_state_is_the_live_one(asking: Asking) -> None:
    """Nothing lags behind the record, and the hash of the state beside it is the live one's."""
    behind, rebuilt = asking.ask(26)
    state = next(one for one in behind["projections"] if one["projection"] == "state")
    assert behind["head"] - state["position"] == state["behind"]
    assert re.search(r"the live one, [0-9a-f]{64}", rebuilt)
