"""The one file that knows NATS: subjects, stream names, inbox prefixes, header names.

A party has exactly two labels, so `bloc.submit.us.customs` cannot be matched by the permission of another
party. Nothing here opens a connection; both services, deployment and the permissions of the server use the
same words.
"""

import re

from contracts.limits import PARTY_LABEL_CHARACTERS_MAX

DRAFTS = "DRAFTS"
"""JetStream stream of accepted drafts, the ledger's only input."""
FACTS = "FACTS"
"""JetStream stream of recorded entries, for readers who want to be told."""

SUBMIT_SUBJECTS = "bloc.submit.>"
DRAFTS_SUBJECTS = "bloc.drafts.>"
FACTS_SUBJECTS = "bloc.facts.>"
COMMITTED = "bloc.ledger.committed"
"""Wake-up after a commit: JSON `{size, sequence, recorded_at}`. A hint; readers go by position."""
RECEIPTS_SUBJECTS = "bloc.receipts.>"

ACK_SUBJECTS = "$JS.ACK.>"
"""Reply subject of every message that JetStream delivers from a stream; its own words carry another, or none."""
STREAM_HEADER = "Nats-Stream"
"""On a stored message that was asked for by sequence; an answer without it is no message."""

INBOX_SETUP = "_INBOX_setup"
INBOX_LEDGER = "_INBOX_ledger"
INBOX_TARIFFS = "_INBOX_tariffs"
INBOX_PARTNER = "_INBOX_partner"
"""Private inbox prefixes: who may listen on another's inbox reads its answers."""

SIGNATURE_HEADER = "Bloc-Signature"
"""Detached JWS over the body, on HTTP and NATS alike."""
REPLY_HEADER = "Bloc-Reply"
"""On a draft: the subject where tariffs waits for receipts."""
POSITION_HEADER = "Bloc-Position"
"""On a fact: its position."""
PREVIOUS_HEADER = "Bloc-Previous"
"""On a fact: the previous position of the same party and type (-1 when none), so that a gap shows."""
STATUS_HEADER = "Bloc-Status"
"""On the answer to a submission over NATS: the status that HTTP would have given."""
BATCH_ID_HEADER = "Nats-Batch-Id"
BATCH_SEQUENCE_HEADER = "Nats-Batch-Sequence"
BATCH_COMMIT_HEADER = "Nats-Batch-Commit"
EXPECTED_LAST_SEQUENCE_HEADER = "Nats-Expected-Last-Sequence"

INCARNATION_METADATA = "bloc-incarnation"
"""Key of the stream metadata that tells one making of DRAFTS from the next."""

_LABEL = rf"[a-z0-9][a-z0-9-]{{0,{PARTY_LABEL_CHARACTERS_MAX - 1}}}"
_PARTY = re.compile(rf"{_LABEL}\.{_LABEL}", re.ASCII)


def is_party(text: str) -> bool:
    """Whether `text` is a party: exactly two labels. Only then may it become part of a subject."""
    return _PARTY.fullmatch(text) is not None


def submit_subject(party: str) -> str:
    """Where a party sends a submission as a NATS request."""
    return f"bloc.submit.{_checked(party)}"


def drafts_subject(party: str) -> str:
    """Where tariffs publishes an accepted draft of a party."""
    return f"bloc.drafts.{_checked(party)}"


def facts_subject(party: str, type_name: str) -> str:
    """Where a recorded event is announced: `bloc.facts.us.customs.declaration.accepted.v1`."""
    return f"bloc.facts.{_checked(party)}.{type_name.removeprefix('bloc.')}"


def receipts_subject(instance: str) -> str:
    """Where one running instance of tariffs waits for receipts; `instance` is one label of its own making."""
    return f"bloc.receipts.{instance}"


def party_of_subject(subject: str) -> str | None:
    """The party in a submit or drafts subject; None when the subject is not one of these."""
    for prefix in ("bloc.submit.", "bloc.drafts."):
        if subject.startswith(prefix):
            party = subject[len(prefix) :]
            return party if is_party(party) else None
    return None


def pull_subject(stream: str, consumer: str) -> str:
    """Where a pull consumer is asked for its next messages (JetStream API)."""
    return f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"


def stream_info_subject(stream: str) -> str:
    """Where the server is asked how a stream stands (JetStream API)."""
    return f"$JS.API.STREAM.INFO.{stream}"


def consumer_subject(action: str, stream: str, consumer: str) -> str:
    """Where a consumer is made (CREATE) or given up (DELETE) (JetStream API)."""
    return f"$JS.API.CONSUMER.{action}.{stream}.{consumer}"


def direct_get_subject(stream: str) -> str:
    """Where one stored message is asked for by its sequence (JetStream API)."""
    return f"$JS.API.DIRECT.GET.{stream}"


def _checked(party: str) -> str:
    if not is_party(party):
        raise ValueError(f"{party!r} is no party: two labels of a-z, 0-9 and -, joined by a dot")
    return party
