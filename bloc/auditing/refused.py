"""Refused bodies, which the record holds by digest only: from a folder that was handed over, or from the ledger.

The ledger gives a refused body to its author alone. So an auditor gets them from the parties: each runs the audit with
its own key and a folder, which fills the folder; whoever has the folder can decide these refusals again.
"""

from http import HTTPStatus
from pathlib import Path
from time import time

import httpx
from msgspec import Struct

from bloc.keyfiles import load_key
from bloc.trouble import reaching, refusal_of
from contracts.body import digest_of
from contracts.events import SubmissionRefused
from contracts.identity.jws import sign_detached
from contracts.limits import VERIFY_ANSWER_SECONDS_MAX
from contracts.subjects import SIGNATURE_HEADER
from services.tariffs.domain.auditing.judging import RefusedBody


class OwnKey(Struct, frozen=True):
    """Whose refusals are fetched, and from where: `keys` is the folder of key files, `origin` the ledger's name."""

    party: str
    keys: str
    ledger_url: str
    origin: str


class RefusedBodies:
    """Gives the body of a refusal. `folder`: `<digest>.ndjson` and `<digest>.jws` (the detached signature)."""

    def __init__(self, folder: Path | None, own: OwnKey | None) -> None:
        self._folder = folder
        self._own = own
        self._key = None if own is None else load_key(Path(own.keys), own.party)

    def __call__(self, refusal: SubmissionRefused) -> RefusedBody | None:
        """The body, if it is at hand; what is fetched goes into the folder. Raises Trouble when the ledger is away."""
        if self._own is None or refusal.party != self._own.party:
            return self._in_folder(refusal.submission)
        return self.fetch(refusal.submission)

    def fetch(self, digest: str) -> RefusedBody | None:
        """A refused body of the party whose key is here, by its digest. Raises Trouble when the ledger is away."""
        found = self._in_folder(digest)
        if found is None and self._own is not None:
            found = self._fetched(self._own, digest)
            if found is not None:
                self._keep(digest, found)
        return found

    def _in_folder(self, digest: str) -> RefusedBody | None:
        if self._folder is None:
            return None
        body, signature = self._files(self._folder, digest)
        if not (body.is_file() and signature.is_file()):
            return None
        return RefusedBody(body.read_bytes(), signature.read_text("ascii").strip())

    def _fetched(self, own: OwnKey, digest: str) -> RefusedBody | None:
        assert self._key is not None  # made with `own`
        signature = sign_detached(self._key, digest.encode(), audience=own.origin, issued_at=int(time()))
        with reaching("ledger", own.ledger_url):
            answer = httpx.get(
                f"{own.ledger_url.rstrip('/')}/attachments/{digest}",
                headers={SIGNATURE_HEADER: signature},
                timeout=VERIFY_ANSWER_SECONDS_MAX,
                trust_env=False,
            )
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answer.is_error:
            raise refusal_of("ledger", answer)
        return RefusedBody(answer.content, answer.headers.get(SIGNATURE_HEADER, ""))

    def _keep(self, digest: str, found: RefusedBody) -> None:
        if self._folder is None or digest_of(found.body) != digest:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        body, signature = self._files(self._folder, digest)
        body.write_bytes(found.body)
        signature.write_text(found.signature, "ascii")

    @staticmethod
    def _files(folder: Path, digest: str) -> tuple[Path, Path]:
        return folder / f"{digest}.ndjson", folder / f"{digest}.jws"
