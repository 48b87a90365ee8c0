"""From the bytes of a draft to what admission needs of it: lines, headers, digests. Looks at nothing else.

Reading depends on no state, so it is done once per message, before the fold, and its answer never changes.
Of an event only the envelope is decoded; payloads are opened in three cases: events about keys, the founding among
them (they decide who may sign from then on), the activation of rules of admission, and a refusal, whose digest must
be that of the refused body in the same draft.
"""

from collections.abc import Mapping

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from contracts.body import digest_of, split_body
from contracts.decoding import decode_header
from contracts.draft import Attachment, Draft, Part, decode_draft
from contracts.envelope import Header
from contracts.identity.jws import Detached, SignatureFault, parse_detached
from contracts.identity.keyring import FOUNDED
from contracts.limits import DRAFT_EVENTS_MAX
from contracts.malformed import Malformed, UnknownType
from contracts.registry import EVENT_TYPES
from contracts.streams import fits_type, keys_of, party_stream
from services.ledger.domain.knowledge import EventKey
from services.ledger.domain.opened import KeyEvent, activated_in, key_events_in

REFUSED = "bloc.submission.refused.v1"
_REASON_CHARACTERS_MAX = 1_000


class DraftMessage(Struct, frozen=True):
    """One message of the draft stream; `stamped_ns` is JetStream's, `reply` where its receipt is awaited."""

    sequence: int
    stamped_ns: int
    body: bytes
    reply: str = ""


class ReadPart(Struct, frozen=True):
    """One part in lines; all its events have one `source`. `detached` is None for what was derived."""

    body: bytes
    digest: str
    eol: bool
    lines: tuple[bytes, ...]
    headers: tuple[Header, ...]
    keys: tuple[tuple[str, ...], ...]
    source: str
    signature: str
    detached: Detached | None


class Refused(Struct, frozen=True):
    """The refused body of a refusal draft, its digest and signature, and the party that the refusal names."""

    body: bytes
    digest: str
    signature: str
    detached: Detached
    party: str


class ReadDraft(Struct, frozen=True):
    """A draft in lines. `digest` (hex) is the submission's: of the authored or of the refused body."""

    sequence: int
    stamped_ns: int
    digest: str
    parts: tuple[ReadPart, ...]
    expects: Mapping[str, int]
    decision: str
    refused: Refused | None
    ids: tuple[EventKey, ...]
    id_set: frozenset[EventKey]
    key_events: tuple[KeyEvent, ...]
    activates: int = 0
    """The version of the rules of admission that counts from the next draft on; 0 when none is activated."""

    @property
    def founds(self) -> bool:
        """Whether the draft tries to found a bloc."""
        return any(event.type == FOUNDED for event in self.key_events)


class Newer(Struct, frozen=True):
    """A draft with an event of a type that this release does not have, or of a form of its own rules of admission that
    it does not have: the digests of its parts, and its decision."""

    digests: tuple[str, ...]
    decision: str


class Unreadable(Struct, frozen=True):
    """A message that is no draft; `digest` is that of the submission if one could be read, else of all.

    `newer` is there when it may be one for a newer release: whether it is, its decision tells.
    """

    sequence: int
    stamped_ns: int
    digest: str
    reason: str
    newer: Newer | None = None


def read_draft(message: DraftMessage) -> ReadDraft | Unreadable:
    """Take a message apart. Everything that makes it malformed is found here, whatever the state."""
    draft = decode_draft(message.body)
    if isinstance(draft, Malformed):
        return _unreadable(message, message.body, draft)
    submission = draft.refused.body if draft.refused else draft.parts[0].body
    refused: Refused | None = None
    parts: list[ReadPart] = []
    for part in draft.parts:
        read = _read_part(part)
        if isinstance(read, UnknownType):
            return replace(_unreadable(message, submission, read), newer=_newer(draft))
        if isinstance(read, Malformed):
            return _unreadable(message, submission, read)
        parts.append(read)
    if draft.refused is not None:
        refusal = _read_refusal(draft.refused, parts[0])
        if isinstance(refusal, Malformed):
            return _unreadable(message, submission, refusal)
        refused = refusal
    return _assemble(message, draft, tuple(parts), refused)


def _assemble(
    message: DraftMessage, draft: Draft, parts: tuple[ReadPart, ...], refused: Refused | None
) -> ReadDraft | Unreadable:
    ids = tuple((part.source, header.id) for part in parts for header in part.headers)
    id_set = frozenset(ids)
    digest = parts[0].digest if refused is None else refused.digest
    fault: Malformed | None = None
    if len(id_set) != len(ids):
        fault = _malformed("an event id stands twice in the draft")
    elif not _are_keys(draft.expects):
        fault = _malformed("a key that the draft expects is none")
    elif refused is None and (missing := _unexpected_keys(parts[0], draft.expects)):
        fault = _malformed(f"the draft does not expect a version of {missing}")
    events = [each for part in parts for each in zip(part.headers, part.lines, strict=True)]
    key_events = key_events_in(events)
    if isinstance(key_events, Malformed):
        fault = fault or key_events
        key_events = ()
    activates = activated_in(events)
    if isinstance(activates, Malformed):
        # Of a later release, if the deciding service signed for it.
        unreadable = Unreadable(message.sequence, message.stamped_ns, digest, _said(fault or activates))
        return unreadable if fault else replace(unreadable, newer=_newer(draft))
    if fault is not None:
        return Unreadable(message.sequence, message.stamped_ns, digest, _said(fault))
    return ReadDraft(
        message.sequence,
        message.stamped_ns,
        digest,
        parts,
        draft.expects,
        draft.decision,
        refused,
        ids,
        id_set,
        key_events,
        activates,
    )


def _newer(draft: Draft) -> Newer:
    return Newer(tuple(digest_of(each.body) for each in draft.parts), draft.decision)


def _read_part(part: Part) -> ReadPart | Malformed:
    derived = not part.signature
    detached: Detached | None = None
    if not _is_utf8(part.body):
        return _malformed("the events are not UTF-8")
    if derived:
        # A derived body has one event for each item of a declaration: the limits of a submission are not its.
        lines, eol, digest = tuple(part.body.split(b"\n")), False, digest_of(part.body)
        if len(lines) > DRAFT_EVENTS_MAX:
            return _malformed(f"the derived part has {len(lines)} events, the limit is {DRAFT_EVENTS_MAX}")
    else:
        body = split_body(part.body)
        if isinstance(body, Malformed):
            return body
        signature = parse_detached(part.signature)
        if isinstance(signature, SignatureFault):
            return Malformed("$.parts", signature.reason, signature.mend)
        lines, eol, digest, detached = body.lines, body.eol, body.digest, signature
    headers = _read_headers(lines, derived)
    if isinstance(headers, Malformed):
        return headers
    keys = tuple(keys_of(header.type, header.subject) for header in headers)
    source = headers[0].source
    return ReadPart(part.body, digest, eol, lines, headers, keys, source, part.signature, detached)


def _read_headers(lines: tuple[bytes, ...], derived: bool) -> tuple[Header, ...] | Malformed:
    """Decode the envelopes of one part. The shape of a stream is checked against the type; that it follows
    from the payload is the decision's word, and the audit's to check."""
    headers: list[Header] = []
    source: str | None = None
    for number, line in enumerate(lines):
        header = decode_header(line)
        if isinstance(header, Malformed):
            return replace(header, line=number)
        if source is None:
            source = header.source
        if header.source != source:
            return _malformed("the events of one part have several sources", number)
        if EVENT_TYPES[header.type].derived is not derived:
            whose = "is derived by the tariffs service" if not derived else "is never derived"
            return _malformed(f"an event of type {header.type} {whose}", number)
        if not fits_type(header.type, header.subject):
            return _malformed(f"{header.subject} is no stream of {header.type}", number)
        headers.append(header)
    return tuple(headers)


class _RefusalPayload(Struct):
    submission: str
    party: str


def _read_refusal(attachment: Attachment, part: ReadPart) -> Refused | Malformed:
    """A refusal is one event, and names the very body that travels with it."""
    if [header.type for header in part.headers] != [REFUSED]:
        return _malformed(f"a refusal draft holds one event of type {REFUSED} and nothing else")
    body = split_body(attachment.body)
    if isinstance(body, Malformed):
        return body
    detached = parse_detached(attachment.signature)
    if isinstance(detached, SignatureFault):
        return Malformed("$.attachments", detached.reason, detached.mend)
    try:
        payload = json.decode(part.headers[0].data, type=_RefusalPayload)
    except DecodeError as error:
        return _malformed(f"the refusal cannot be read: {error}")
    if payload.submission != body.digest or part.headers[0].subject != f"refusal/{payload.party}":
        return _malformed("the refusal is about another body, or stands on another party's stream")
    return Refused(attachment.body, body.digest, attachment.signature, detached, payload.party)


def _unexpected_keys(part: ReadPart, expects: Mapping[str, int]) -> str:
    """A key that a submission must expect and does not, or "": those it advances, and its author's own.

    Without this, a draft decided on nothing could slip past every other one.
    """
    author = party_stream(part.headers[0].party)
    if author not in expects:
        return author
    return next((key for keys in part.keys for key in keys if key not in expects), "")


def _are_keys(expects: Mapping[str, int]) -> bool:
    """Whether the names can be streams or guards at all; the database is asked for them as lines of text."""
    names = "".join(expects)
    return names.isascii() and names.isprintable()


def _is_utf8(body: bytes) -> bool:
    """Whether a body is text. Asked of it as a whole: payloads are not decoded, and entries are served as text."""
    try:
        return body.isascii() or bool(body.decode())
    except UnicodeDecodeError:
        return False


def _malformed(reason: str, line: int | None = None) -> Malformed:
    return Malformed("$", reason, "drafts are made by the tariffs service; decide the submission again", line)


def _unreadable(message: DraftMessage, submission: bytes, fault: Malformed) -> Unreadable:
    return Unreadable(message.sequence, message.stamped_ns, digest_of(submission), _said(fault))


def _said(fault: Malformed) -> str:
    """The fault in words that can be written anywhere: it may quote what it could not read."""
    where = fault.path if fault.line is None else f"line {fault.line}, {fault.path}"
    said = f"{where}: {fault.reason}"[:_REASON_CHARACTERS_MAX]
    return said.encode("utf-8", "backslashreplace").decode()
