"""Drafts that activate rules of admission, for tests."""

from collections.abc import Mapping
from typing import Any

from contracts.admissions import ADMISSION_ACTIVATED, ADMISSIONS_STREAM
from tests.ledger.drafting import LEGAL_BASIS, SECRETARIAT, Drafter, line_of


def activated(version: int, number: int, *, author: str = "bloc.secretariat", **more: Any) -> bytes:
    """bloc.admission.activated.v1."""
    data: Mapping[str, Any] = {"version": version, "legal_basis": LEGAL_BASIS, **more}
    return line_of(author, ADMISSION_ACTIVATED, ADMISSIONS_STREAM, data, number)


def activation(drafter: Drafter, version: int = 2, *more: bytes, **overrides: Any) -> bytes:
    """A draft of the secretariat that activates a version, with further events of its own."""
    chosen: dict[str, Any] = {"key": SECRETARIAT, "party": "bloc.secretariat", **overrides}
    return drafter.draft([activated(version, drafter.number()), *more], **chosen)


def without_statement(entry: bytes) -> bytes:
    """The first entry of a draft as a ledger would have stamped it that states no key versions."""
    head, _, event = entry.partition(b"\n")
    return head[: head.index(b',"expects":')] + b"}\n" + event
