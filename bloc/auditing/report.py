"""What an audit came to: counts of everything, the first findings of each kind, sums. Parts of it add up to a whole."""

from collections.abc import Iterable

from msgspec import Struct, field

from contracts.limits import AUDIT_FINDINGS_LISTED_MAX
from contracts.verification.report import FAULTY, INCOMPLETE
from services.tariffs.domain.auditing.aftermath import Due, Sum
from services.tariffs.domain.auditing.audit import Tally
from services.tariffs.domain.auditing.findings import NOTICES, Finding
from services.tariffs.domain.auditing.lags import Lag

NO_FAULT = 0
"""Exit status of an audit that found none; the others are those of `bloc verify`."""


class Importer(Struct, frozen=True, order=True):
    """Who owes or is owed, to or by which member, and in what."""

    member: str
    scheme: str
    id: str
    currency: str


class Part(Struct):
    """What one worker found in its share of the drafts."""

    tally: Tally = field(default_factory=Tally)
    counts: dict[str, int] = {}
    """Findings by kind, all of them."""
    findings: list[Finding] = []
    """The first of each kind."""
    lags: dict[str, Lag] = {}
    touched: list[tuple[Importer, Sum]] = []
    position: int = -1
    broken: str = ""
    """Why the audit could not go on; empty when it came to the end."""

    def note(self, finding: Finding) -> None:
        """Count a finding, and keep it if there are not many of its kind yet."""
        number = self.counts.get(finding.kind, 0)
        self.counts[finding.kind] = number + 1
        if number < AUDIT_FINDINGS_LISTED_MAX:
            self.findings.append(finding)

    def due(self, items: Iterable[Due]) -> None:
        """Note what rests on later corrections, and sum it up."""
        sums: dict[Importer, Sum] = {}
        for one in items:
            self.note(one.as_finding())
            sums.setdefault(Importer(one.member, *one.importer, one.currency), Sum()).add(one)
        self.touched = sorted(sums.items())


class Report(Struct):
    """The whole. `first` and `last` bound the positions that were judged."""

    source: str
    first: int
    last: int | None
    is_strict: bool
    part: Part

    @property
    def faults(self) -> int:
        """Findings that contradict the rules or the calculation."""
        return sum(number for kind, number in self.part.counts.items() if kind not in NOTICES)

    @property
    def notices(self) -> int:
        """All others."""
        return sum(self.part.counts.values()) - self.faults

    @property
    def status(self) -> int:
        """The exit status. A fault weighs more than an end that was not reached."""
        if self.faults or (self.is_strict and self.notices):
            return FAULTY
        return INCOMPLETE if self.part.broken else NO_FAULT


def joined(parts: Iterable[Part]) -> Part:
    """The parts of all workers as one, findings in order of position."""
    whole = Part()
    sums: dict[Importer, Sum] = {}
    for part in parts:
        tally = whole.tally
        tally.entries = max(tally.entries, part.tally.entries)
        tally.submissions += part.tally.submissions
        tally.derived += part.tally.derived
        tally.refusals += part.tally.refusals
        tally.refusals_unseen += part.tally.refusals_unseen
        for kind, number in part.counts.items():
            whole.counts[kind] = whole.counts.get(kind, 0) + number
        whole.findings += part.findings
        for party, lag in part.lags.items():
            whole.lags.setdefault(party, Lag()).join(lag)
        for importer, total in part.touched:
            sums.setdefault(importer, Sum()).join(total)
        whole.position = max(whole.position, part.position)
        whole.broken = whole.broken or part.broken
    whole.findings = _first(whole.findings)
    whole.lags = dict(sorted(whole.lags.items()))
    whole.touched = sorted(sums.items())
    return whole


def _first(findings: list[Finding]) -> list[Finding]:
    """In order of position, of each kind as many as a report lists."""
    listed: dict[str, int] = {}
    found: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: (finding.position, finding.path)):
        number = listed[finding.kind] = listed.get(finding.kind, 0) + 1
        if number <= AUDIT_FINDINGS_LISTED_MAX:
            found.append(finding)
    return found
