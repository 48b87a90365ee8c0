"""The draft on its way to the ledger: two shapes, bounded, round trip."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.draft import Attachment, Draft, Part, decode_draft, draft_of, encode_draft
from contracts.limits import DRAFT_BYTES_MAX, DRAFT_KEYS_MAX, SIGNATURE_BYTES_MAX, SUBMISSION_BYTES_MAX
from contracts.malformed import Malformed, TooLarge

DECLARATION = Part(b'{"type":"bloc.declaration.accepted.v1"}\n', "header..signature")
ASSESSMENT = Part(b'{"type":"bloc.duty.assessed.v1"}')
REFUSAL = Part(b'{"type":"bloc.submission.refused.v1"}')
REFUSED = Attachment(b'{"type":"bloc.price_floor.set.v1"}', "header..signature")
EXPECTS = {"party/us.customs": 3, "declaration/US/ABC-1234567-8": 0}


def fault_of(raw: bytes) -> Malformed:
    fault = decode_draft(raw)
    assert isinstance(fault, Malformed)
    return fault


def as_msgpack(**changes: object) -> bytes:
    draft = {
        "parts": [{"body": b"{}", "signature": "s"}],
        "expects": {"party/us.customs": 1},
        "decision": "d",
        "attachments": [],
    }
    return msgspec.msgpack.encode(draft | changes)


def test_an_accepted_draft_comes_back_as_it_was():
    """Author's part first, what follows from it second."""
    draft = draft_of((DECLARATION, ASSESSMENT), EXPECTS, "token")
    assert decode_draft(encode_draft(draft)) == draft
    assert (draft.authored, draft.derived, draft.refused) == (DECLARATION, ASSESSMENT, None)


def test_a_draft_from_which_nothing_follows_has_one_part():
    """Most events derive nothing."""
    draft = draft_of((DECLARATION,), EXPECTS, "token")
    assert decode_draft(encode_draft(draft)) == draft
    assert (draft.authored, draft.derived) == (DECLARATION, None)


def test_a_refusal_draft_comes_back_with_the_refused_body():
    """The refusal is derived; the refused bytes travel along and are kept by digest."""
    draft = draft_of((REFUSAL,), EXPECTS, "token", (REFUSED,))
    assert decode_draft(encode_draft(draft)) == draft
    assert (draft.authored, draft.derived, draft.refused) == (None, REFUSAL, REFUSED)


@pytest.mark.parametrize(
    ("parts", "attachments"),
    [
        ((), ()),
        ((ASSESSMENT,), ()),
        ((ASSESSMENT, DECLARATION), ()),
        ((DECLARATION, DECLARATION), ()),
        ((DECLARATION, ASSESSMENT, ASSESSMENT), ()),
        ((DECLARATION,), (REFUSED,)),
        ((REFUSAL, ASSESSMENT), (REFUSED,)),
        ((REFUSAL,), (REFUSED, REFUSED)),
        ((Part(b"", "s"),), ()),
    ],
    ids=[
        "no part",
        "nothing signed",
        "derived before authored",
        "two authored parts",
        "three parts",
        "an attachment beside an authored part",
        "a refusal of two parts",
        "two attachments",
        "an empty part",
    ],
)
def test_any_other_shape_is_malformed(parts: tuple[Part, ...], attachments: tuple[Attachment, ...]):
    """The ledger need not ask again which kind of draft it has."""
    fault_of(encode_draft(Draft(parts, EXPECTS, "token", attachments)))


def test_a_wrong_shape_cannot_be_put_together():
    """On our own side it is a broken invariant."""
    with pytest.raises(ValueError, match="signed by its author"):
        draft_of((ASSESSMENT,), EXPECTS, "token")


@pytest.mark.parametrize(
    "changes",
    [
        {"more": 1},
        {"expects": {}},
        {"expects": {"party/us.customs": -1}},
        {"expects": {"": 1}},
        {"expects": {"k" * 201: 1}},
        {"expects": {f"line/{n}": 0 for n in range(DRAFT_KEYS_MAX + 1)}},
        {"decision": ""},
        {"decision": "d" * 2_049},
        {"decision": None},
        {"parts": [{"body": b"{}", "signature": "s" * (SIGNATURE_BYTES_MAX + 1)}]},
        {"parts": [{"body": "text", "signature": 1}]},
        {"parts": {}},
        {"attachments": [{"body": b"{}", "signature": ""}]},
        {"attachments": [{"body": b"x" * (SUBMISSION_BYTES_MAX + 1), "signature": "s"}]},
    ],
    ids=lambda changes: ascii(changes)[:60],
)
def test_fields_out_of_bounds_are_malformed(changes: dict[str, object]):
    """Every count and length has a limit."""
    assert isinstance(decode_draft(as_msgpack()), Draft)
    assert fault_of(as_msgpack(**changes)).path.startswith("$")


def test_a_draft_above_the_limit_is_refused_unread():
    """3 MiB, whatever it holds."""
    assert isinstance(fault_of(b"\xc1" * (DRAFT_BYTES_MAX + 1)), TooLarge)


def test_a_depth_bomb_is_malformed():
    """A hundred thousand nested arrays are no draft, and no crash."""
    fault_of(b"\x91" * 100_000)
    fault_of(b"\x81\xa5parts" + b"\x91" * 100_000)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_the_reader_raise(raw: bytes):
    """Bad input is an answer, never an exception."""
    fault_of(raw)


@given(st.binary(min_size=1, max_size=200), st.binary(max_size=200))
def test_bodies_travel_as_bytes(body: bytes, derived: bytes):
    """Nothing is escaped or decoded on the way."""
    parts = (Part(body, "s"), Part(derived)) if derived else (Part(body, "s"),)
    draft = decode_draft(encode_draft(draft_of(parts, EXPECTS, "token")))
    assert isinstance(draft, Draft)
    assert draft.parts == parts
