"""A record of some trade, published as a folder of files, and packs of evidence made from it without any server."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from msgspec import Struct

from bloc.evidence.packing import Task, make_pack
from contracts.tlog.policy import Policy, parse_policy
from contracts.verification.bundle_files import SUMS, BundleFault, sums_of
from contracts.verification.evidence import Evidence, verify_evidence
from contracts.verification.evidence_files import SIGNATURE
from tests.domain import facts
from tests.domain.audited import trading_record
from tests.domain.governing import CASE, case_opened, ruling
from tests.domain.mending import corrected
from tests.domain.trade import declaration, item_data
from tests.verification.published import files_of, policy_text, publish

JULY = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)
LEDGER = facts.key_of("bloc.ledger")
CUSTOMS = "us.customs"
DECLARATION = "declaration/US/ABC-1234567-8"
OTHER = "declaration/US/OTHER-1"
FLOOR = f"floor/{facts.OXIDE}"
CASE_STREAM = f"case/{CASE}"
POLICY_TEXT = policy_text(LEDGER, origin=facts.ORIGIN)


class Story(Struct, frozen=True):
    """Entries, and the positions of what happened."""

    entries: tuple[bytes, ...]
    told: dict[str, int]


@cache
def story() -> Story:
    """Two declarations, of which one meets the floor; a case about the floor; the floor is corrected afterwards."""
    record = trading_record()
    told = {"floor": record.next - 1, "measure": record.next - 2, "declaration": record.next}
    record.post(declaration(), now=JULY)
    told["other"] = record.next
    elsewhere = item_data() | {"commodity_code": "8505110000", "line": "none"}
    record.post(declaration(elsewhere, reference="OTHER-1"), now=JULY)
    told["case"] = record.next
    record.post(case_opened(about=[FLOOR]), now=JULY)
    told["ruling"] = record.next
    record.post(ruling(on="2026-07-01"), now=JULY)
    told["correction"] = record.next
    price = {"amount": "100", "currency": "USD", "per": "kg"}
    record.post(corrected(record.bloc, facts.floor(), told["floor"], price=price), now=JULY)
    return Story(tuple(record.entries), told)


def policy() -> Policy:
    """What the reader believes."""
    read = parse_policy(POLICY_TEXT)
    assert isinstance(read, Policy)
    return read


def log_in(folder: Path) -> Path:
    """The record as a log serves its files."""
    return publish(folder, files_of(story().entries, key=LEDGER, origin=facts.ORIGIN))


def packed(folder: Path, subject: str, maker: str | None = CUSTOMS) -> dict[str, bytes]:
    """The files of a pack about a subject, signed by `maker`."""
    key = None if maker is None else facts.key_of(maker)
    task = Task(subject, str(log_in(folder)), policy(), POLICY_TEXT.encode(), maker, key, 0)
    return make_pack(task, lambda _: None)[0]


def shown(files: dict[str, bytes]) -> Evidence:
    """Then the pack shows what it says."""
    found = verify_evidence(files, policy())
    assert isinstance(found, Evidence), found
    return found


def refused(files: dict[str, bytes]) -> BundleFault:
    """Then the pack is refused."""
    found = verify_evidence(files, policy())
    assert isinstance(found, BundleFault), found
    return found


def resummed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files as a forger leaves them: with sums that fit, and without the signature that does not any more."""
    rest = {path: raw for path, raw in files.items() if path not in (SUMS, SIGNATURE)}
    return {**rest, SUMS: sums_of(rest)}
