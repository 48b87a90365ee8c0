"""Making the files of an evidence pack: survey, proofs under one cosigned checkpoint, pages, signature.

The finished pack is checked exactly as its reader will check it, before it is given away.
"""

from time import time

import msgspec
from msgspec import Struct

from bloc.evidence.index import index_of
from bloc.evidence.page import page_of
from bloc.evidence.surveying import survey
from bloc.history.http import LedgerHistory
from bloc.history.sources import Progress, open_history
from bloc.proving.collecting import Maker
from bloc.proving.gathering import Gathering, newest_checkpoint
from bloc.trouble import Trouble
from bloc.verifying.sources import open_source
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.tlog.policy import Policy
from contracts.verification.bundle_files import SUMS, BundleFault, Held
from contracts.verification.evidence import Evidence, verify_evidence
from contracts.verification.evidence_files import SIGNATURE, Pages, write_pack

README_TEXT = """\
This folder is evidence about {subject}, from the record of {origin}. Open index.html to read it. It
needs no network and no database to be checked:

    bloc verify . --policy YOUR-POLICY --trust-anchor KID-OF-THE-FOUNDING-KEY

With standard tools: `sha256sum -c SHA256SUMS` finds damage; entries/N is the exact entry at position N (the ledger's
stamp, a line feed, the author's event), entries/N.tlog-proof its inclusion proof (c2sp.org/tlog-proof) under the
signed checkpoint of the file `checkpoint`; `policy` is the trust policy of whoever made the folder
(c2sp.org/tlog-policy); SHA256SUMS.jws is his detached JWS over SHA256SUMS (RFC 7515 appendix F, RFC 7797), by a key
that is registered in one of the entries. Judge by a policy of your own.

It shows: these exact entries stand at these positions; who signed each of them, back to the founding; that the
tariffs service decided to record them; that the witnesses named in the policy saw this tree; that the stream of the
subject is here from its first version on; and every entry that its assessments name.
It cannot show: any other entry; what was recorded after the checkpoint; that the maker left out nothing else that
matters. index.html and index.json are his words about the entries. For the whole, verify and audit the ledger.
"""


class Task(Struct, frozen=True):
    """What is to be made: evidence about `subject` from a ledger or a folder of its files, judged by `policy` (its
    text goes into the pack). `maker` signs with `key`; both None leave it unsigned."""

    subject: str
    place: str
    policy: Policy
    policy_text: bytes
    maker: str | None
    key: SigningKey | None
    wait_s: float


def make_pack(task: Task, progress: Progress) -> tuple[dict[str, bytes], Evidence]:
    """The files, by their paths in the folder, and what they show. Raises Trouble when there can be none."""
    source, history = open_source(task.place), open_history(task.place)
    try:
        newest = history.size() - 1 if isinstance(history, LedgerHistory) else 0
        note, accepted = newest_checkpoint(source, newest, task.policy, task.wait_s)
        size = accepted.checkpoint.size
        found = survey(history, task.subject, size - 1, progress)
        gathering = Gathering(task.place, source, size, progress, found.party_streams)
        about = tuple(concern.position for concern in found.concerns)
        maker = None if task.key is None or task.maker is None else Maker(task.maker, task.key.kid)
        entries = gathering.entries(about, maker)
        proofs = gathering.proofs(tuple(entries))
    finally:
        source.close()
        history.close()
    held = Held(entries=entries, proofs=proofs, note=note, policy=task.policy_text)
    index = index_of(task.subject, found, entries, accepted)
    readme = README_TEXT.format(subject=task.subject, origin=index.origin)
    pages = Pages(page_of(index), msgspec.json.encode(index) + b"\n", readme.encode())
    files = write_pack(task.subject, about, held, pages)
    if task.key is not None:
        signature = sign_detached(task.key, files[SUMS], audience=index.origin, issued_at=int(time()))
        files[SIGNATURE] = signature.encode() + b"\n"
    return files, _checked(files, task.policy)


def _checked(files: dict[str, bytes], policy: Policy) -> Evidence:
    shown = verify_evidence(files, policy)
    if isinstance(shown, BundleFault):
        raise Trouble(
            f"What was made does not hold: {shown.file}: {shown.reason}.",
            "Is the key with which you sign registered in this ledger? Else check the ledger with `bloc verify`.",
        )
    return shown
