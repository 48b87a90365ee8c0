"""The largest thing of each kind is built and taken: limits that contradict each other show here."""

import json

from contracts.body import Body, digest_of, split_body
from contracts.decision import Decision, expects_digest, sign_decision
from contracts.decoding import decode_event
from contracts.draft import Attachment, Draft, Part, decode_draft, draft_of, encode_draft
from contracts.entry import Stamp, build_entry, encode_stamp, receive_entry, serve_entry, split_entry
from contracts.envelope import Event
from contracts.examples import example_of
from contracts.identity.jws import Detached, parse_detached, sign_detached, verify_detached
from contracts.identity.keys import SigningKey
from contracts.limits import (
    DECISION_BYTES_MAX,
    DECLARATION_ITEMS_MAX,
    DRAFT_BYTES_MAX,
    DRAFT_EVENTS_MAX,
    DRAFT_KEYS_MAX,
    ENTRY_BYTES_MAX,
    EVENT_BYTES_MAX,
    KEY_BYTES_MAX,
    NATS_PAYLOAD_BYTES_MAX,
    ORIGIN_CHARACTERS_MAX,
    SIGNATURE_BYTES_MAX,
    STAMP_BESIDE_EXPECTS_BYTES_MAX,
    STAMP_BYTES_MAX,
    SUBMISSION_BYTES_MAX,
    SUBMISSION_EVENTS_MAX,
)

KEY = SigningKey.from_seed(bytes(range(32)))
LONGEST_ORIGIN = "o" * ORIGIN_CHARACTERS_MAX
LATEST = 253_402_300_799
LARGEST_NUMBER = 2**63 - 1
LONGEST_TIME = "9999-12-31T23:59:59.999999Z"


def largest_event() -> bytes:
    """A declaration of 100 items, filled up to the last byte with white space inside it."""
    declaration = json.loads(example_of("bloc.declaration.accepted.v1"))
    items = declaration["data"]["items"]
    (first,) = items
    items[:] = [first | {"item_no": number} for number in range(1, DECLARATION_ITEMS_MAX + 1)]
    line = json.dumps(declaration, separators=(",", ":")).encode()
    return b"{" + b" " * (EVENT_BYTES_MAX - len(line)) + line[1:]


def largest_submission() -> bytes:
    """256 events of together 512 KiB, the final LF included."""
    bytes_each = SUBMISSION_BYTES_MAX // SUBMISSION_EVENTS_MAX - 1
    line = example_of("bloc.price_floor.set.v1")
    return (b"{" + b" " * (bytes_each - len(line)) + line[1:] + b"\n") * SUBMISSION_EVENTS_MAX


def largest_decision() -> str:
    """A decision with everything at its longest."""
    decision = Decision(
        parts=("f" * 64, "f" * 64),
        expects=expects_digest({}),
        position=LARGEST_NUMBER,
        time=LONGEST_TIME,
        ruleset="r" * 64,
    )
    return sign_decision(KEY, decision, audience=LONGEST_ORIGIN)


def largest_stamp() -> Stamp:
    """First line of the authored part of a draft: signature and decision on one stamp."""
    return Stamp(
        position=LARGEST_NUMBER,
        recorded_at=LONGEST_TIME,
        stream="s" * KEY_BYTES_MAX,
        version=LARGEST_NUMBER,
        draft=f"ffffffff-ffff-4fff-bfff-ffffffffffff:{LARGEST_NUMBER}",
        part="f" * 64,
        part_no=1,
        parts=2,
        line=0,
        lines=SUBMISSION_EVENTS_MAX,
        eol=1,
        signature="s" * SIGNATURE_BYTES_MAX,
        decision="d" * DECISION_BYTES_MAX,
    )


def test_the_largest_event_is_decoded():
    """60 KiB with 100 items: the densest event that partners post."""
    raw = largest_event()
    assert len(raw) == EVENT_BYTES_MAX
    assert isinstance(decode_event(raw), Event)


def test_the_largest_submission_is_split_signed_and_verified():
    """512 KiB in 256 events."""
    raw = largest_submission()
    body = split_body(raw)
    assert isinstance(body, Body)
    assert (len(raw), len(body.lines)) == (SUBMISSION_BYTES_MAX, SUBMISSION_EVENTS_MAX)
    assert isinstance(decode_event(body.lines[-1]), Event)
    detached = parse_detached(sign_detached(KEY, raw, audience=LONGEST_ORIGIN, issued_at=LATEST))
    assert isinstance(detached, Detached)
    assert verify_detached(detached, raw, KEY.verifying)


def test_the_longest_signature_and_decision_keep_their_limits():
    """They stand in stamps, so they are part of what an entry may weigh."""
    assert len(sign_detached(KEY, b"{}", audience=LONGEST_ORIGIN, issued_at=LATEST)) <= SIGNATURE_BYTES_MAX
    assert len(largest_decision()) <= DECISION_BYTES_MAX


def test_the_largest_draft_is_decoded_and_fits_a_nats_message():
    """The largest submission with all that can be derived from it, up to the last byte of 3 MiB."""
    signature = sign_detached(KEY, b"{}", audience=LONGEST_ORIGIN, issued_at=LATEST)
    expects = {f"{'k' * (KEY_BYTES_MAX - 4)}{number:04d}": LARGEST_NUMBER for number in range(DRAFT_KEYS_MAX)}
    authored = Part(largest_submission(), signature)

    def draft_with(derived: bytes) -> Draft:
        return draft_of((authored, Part(derived)), expects, largest_decision())

    assessment = example_of("bloc.duty.assessed.v1")
    beside = len(encode_draft(draft_with(b"{" + b" " * 70_000 + b"}"))) - 70_002
    room = DRAFT_BYTES_MAX - beside
    lines = [assessment] * (room // (len(assessment) + 1))
    rest = room - len(b"\n".join(lines))
    lines[-1] = b"{" + b" " * rest + assessment[1:]
    draft = draft_with(b"\n".join(lines))
    raw = encode_draft(draft)
    assert len(raw) == DRAFT_BYTES_MAX < NATS_PAYLOAD_BYTES_MAX
    assert decode_draft(raw) == draft
    assert draft.derived is not None
    assert len(lines) < DRAFT_EVENTS_MAX


def test_the_largest_refusal_is_decoded():
    """The refused body travels whole."""
    refused = Attachment(largest_submission(), "s" * SIGNATURE_BYTES_MAX)
    draft = draft_of(
        (Part(example_of("bloc.submission.refused.v1")),), {"party/us.customs": 1}, "d", (refused,)
    )
    assert decode_draft(encode_draft(draft)) == draft
    assert digest_of(refused.body) == digest_of(largest_submission())


def test_the_first_stamp_without_key_versions_keeps_its_limit():
    """What is left of an entry is what they have room for."""
    assert len(encode_stamp(largest_stamp())) + len(',"expects":') <= STAMP_BESIDE_EXPECTS_BYTES_MAX


def test_the_largest_event_under_the_largest_stamp_is_an_entry_and_is_served():
    """65,535 bytes is what a 16-bit length can say; the stamp has its room beside the largest event."""
    stamp, event = largest_stamp(), largest_event()
    assert len(encode_stamp(stamp)) <= STAMP_BYTES_MAX
    entry = build_entry(stamp, event)
    assert len(entry) <= ENTRY_BYTES_MAX
    assert split_entry(entry) == (stamp, event)
    assert receive_entry(serve_entry(entry)) == entry
