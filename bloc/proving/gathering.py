"""Making a bundle from what a ledger serves: a cosigned checkpoint, entries and hashes as tiles, streams of parties.

Everything but the streams are static files that any copy of the log could serve; the streams only say where to look
for keys. Nothing is believed: the finished bundle is checked exactly as its reader will check it, before it is given
away.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

import httpx

from bloc.client import NDJSON
from bloc.proving.collecting import Collected, Complete, Maker, Wanted, plan
from bloc.proving.paths import proofs_from, tiles_for
from bloc.trouble import Trouble, reaching
from bloc.verifying.sources import CHECKPOINT, Missing, Source, UrlSource, read_tile
from contracts.entry import CorruptEntry, receive_entry, split_entry
from contracts.limits import FOLLOW_POLL_SECONDS, VERIFY_ANSWER_SECONDS_MAX
from contracts.tlog.notes import NoteFault
from contracts.tlog.policy import Accepted, Policy, check_note
from contracts.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, TileFault, width_at
from contracts.verification.bundle import Proven, verify_bundle
from contracts.verification.bundle_files import Bundle, BundleFault, write_bundle
from contracts.verification.fault import Fault

COSIGNED = "checkpoint/cosigned"
_LATER = "Ask again later, wait longer with --wait, or look at the ledger's /health/ready."
_SUSPECT = "Check the ledger as a whole with `bloc verify`; if it says the same, show it to other partners."


def newest_checkpoint(source: Source, position: int, policy: Policy, wait_s: float) -> tuple[bytes, Accepted]:
    """The newest checkpoint with the quorum of `policy`, once it covers `position`; waits up to `wait_s` seconds.

    Raises Trouble when there is none in time.
    """
    deadline = time.monotonic() + wait_s
    while True:
        note = _offered(source)
        found = note if isinstance(note, Missing) else check_note(policy, note)
        covers = isinstance(found, Accepted) and found.quorum and found.checkpoint.size > position
        if isinstance(note, bytes) and isinstance(found, Accepted) and covers:
            return note, found
        if time.monotonic() >= deadline:
            raise Trouble(f"No cosigned checkpoint covers position {position}: {_why(found)}.", _LATER)
        time.sleep(min(FOLLOW_POLL_SECONDS, max(deadline - time.monotonic(), 0)))


def _offered(source: Source) -> bytes | Missing:
    """The newest cosigned checkpoint; a folder of downloaded files has but one checkpoint, whatever stands below it."""
    note = source.read(COSIGNED)
    return note if isinstance(note, bytes) or isinstance(source, UrlSource) else source.read(CHECKPOINT)


def _why(found: Accepted | NoteFault | Missing) -> str:
    if isinstance(found, Accepted) and found.quorum:
        return f"the newest one covers {found.checkpoint.size} entries"
    if isinstance(found, Accepted):
        return f"the newest one, of {found.checkpoint.size} entries, lacks the quorum of the policy"
    return f"{found.name}: {found.reason}" if isinstance(found, Missing) else found.reason


class Gathering:
    """Reads what one bundle needs from one ledger, under one checkpoint. Lives for one bundle."""

    def __init__(
        self,
        ledger_url: str,
        source: Source,
        size: int,
        told: Callable[[int], None],
        streams: Mapping[str, tuple[int, ...]] | None = None,
    ) -> None:
        """`told` hears how many entries were read so far. `streams`: the positions of all streams of parties below
        `size`, by whoever has read everything; the ledger is asked for them when left out."""
        self._ledger_url = ledger_url
        self._source = source
        self._size = size
        self._told = told
        self._entries: dict[int, bytes] = {}
        self._streams: dict[str, tuple[int, ...]] = {}
        self._all_streams = streams

    def entries(self, about: Sequence[int], maker: Maker | None = None) -> dict[int, bytes]:
        """All entries that it takes to prove those at the positions `about`, by their positions, ascending.

        `maker` signs the whole, so the registration of his key comes along."""
        self._read_positions(tuple(range(position, position + 1) for position in about))
        while True:
            planned = plan(about, self._size, Collected(self._entries, self._streams), maker)
            match planned:
                case Complete(positions):
                    return {one: self._entries[one] for one in positions}
                case Wanted(positions, streams):
                    self._read_positions(positions)
                    for name in streams:
                        self._read_stream(name)
                    self._told(len(self._entries))
                case Fault():
                    raise Trouble(f"The entry at {planned.where} is wrong: {planned.reason}.", _SUSPECT)

    def proofs(self, positions: tuple[int, ...]) -> dict[int, tuple[bytes, ...]]:
        """The inclusion proofs of entries, hashes from leaf to root."""
        tiles = {tile: self._tile(tile) for tile in tiles_for(positions, self._size)}
        return proofs_from(positions, self._size, tiles)

    def _read_positions(self, ranges: tuple[range, ...]) -> None:
        unread = (position for wanted in ranges for position in wanted if position not in self._entries)
        bundles = {position // TILE_WIDTH for position in unread}
        for index in sorted(bundles):
            entries = self._tile(Tile(ENTRIES, index, width_at(ENTRIES, index, self._size)))
            self._entries |= {index * TILE_WIDTH + offset: entry for offset, entry in enumerate(entries)}

    def _tile(self, tile: Tile) -> tuple[bytes, ...]:
        read = read_tile(self._source, tile)
        if isinstance(read, Missing):
            raise Trouble(f"The ledger does not give {read.name}: {read.reason}.", _LATER)
        if isinstance(read, TileFault):
            raise Trouble(
                f"What the ledger gives as {self._source.name_of(tile.path)} is wrong: {read.reason}.",
                _SUSPECT,
            )
        return read

    def _read_stream(self, name: str) -> None:
        """The positions of a stream below the checkpoint; none when nothing was recorded on it."""
        if self._all_streams is not None:
            self._streams[name] = self._all_streams.get(name, ())
            self._read_positions(tuple(range(one, one + 1) for one in self._streams[name]))
            return
        with reaching("ledger", self._ledger_url):
            answer = httpx.get(
                f"{self._ledger_url}/streams/{name}",
                params={"until": self._size - 1},
                headers={"Accept": NDJSON},
                timeout=VERIFY_ANSWER_SECONDS_MAX,
                trust_env=False,
            )
            if answer.status_code != HTTPStatus.NOT_FOUND:
                answer.raise_for_status()
        lines = [] if answer.is_error else answer.content.splitlines()
        try:
            entries = [receive_entry(line) for line in lines]
            self._streams[name] = tuple(split_entry(entry)[0].position for entry in entries)
        except CorruptEntry as error:
            raise Trouble(
                f"The stream {name} that the ledger gives cannot be read: {error}.", _SUSPECT
            ) from error
        self._entries |= dict(zip(self._streams[name], entries, strict=True))


def make_bundle(
    ledger_url: str,
    position: int,
    policy: Policy,
    policy_text: bytes,
    readme: bytes,
    *,
    wait_s: float,
    told: Callable[[int], None],
) -> tuple[dict[str, bytes], Proven]:
    """The files of a bundle about `position`, and what they prove. Raises Trouble when there can be none."""
    source = UrlSource(ledger_url)
    note, accepted = newest_checkpoint(source, position, policy, wait_s)
    gathering = Gathering(ledger_url.rstrip("/"), source, accepted.checkpoint.size, told)
    entries = gathering.entries((position,))
    proofs = gathering.proofs(tuple(entries))
    bundle = Bundle(position=position, entries=entries, proofs=proofs, note=note, policy=policy_text)
    files = write_bundle(bundle, readme)
    proven = verify_bundle(files, policy)
    if isinstance(proven, BundleFault):
        raise Trouble(f"What the ledger gave does not hold: {proven.file}: {proven.reason}.", _SUSPECT)
    return files, proven
