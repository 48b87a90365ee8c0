"""`bloc prove` and `bloc verify` of its folder, as two partners type them: one at the ledger, one without a network."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from msgspec import Struct

from contracts.tlog.policy import write_policy
from tests.command.typed import BLOC, Done, Serving, surroundings_of, typed
from tests.flow.documents import blocks, run_python
from tests.flow.partner import SECRETARIAT, Partner, Told
from tests.flow.telling import declared, item, joined, mandated, registered
from tests.verification.bundles import policy

MEMBER, CUSTOMS = "JP", "jp.customs"
OFFLINE = """
import sys
def hook(event, arguments):
    if event.startswith("socket.") or (event == "import" and arguments[0] in ("asyncpg", "nats", "psycopg")):
        raise AssertionError(f"{event} {arguments}: a bundle is verified without network and database")
sys.addaudithook(hook)
"""
"""Python reads this (as sitecustomize) before anything else of a process."""
ARCHIVE_FILES = {"bundle", "checkpoint", "policy", "README.txt", "SHA256SUMS"}


class World(Struct, frozen=True):
    """What was recorded: positions of a declaration, of a hundred, and of one signed by a third key."""

    declaration: int
    hundred: int
    third: int


def _declared(reference: str) -> Told:
    """A declaration at Japanese customs of goods that no line of the catalogue knows."""
    goods = {**item(), "commodity_code": "8505110000", "line": "none"}
    type_name, stream, data = declared(reference, goods, member=MEMBER)
    return type_name, stream.replace("/US/", f"/{MEMBER}/"), data


def _post(serving: Serving, partner: Partner, *told: Told) -> int:
    """Post a submission; the position of its first event."""
    body = partner.body(*told)
    headers = {
        "Content-Type": "application/x-ndjson",
        "Bloc-Signature": partner.sign(body),
        "Prefer": "wait=20",
    }
    answer = httpx.post(f"{serving.tariffs_url}/submissions", content=body, headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()["first_position"]


@pytest.fixture(scope="module")
def serving(work_folder: Path) -> Iterator[Serving]:
    """A bloc with its three witnesses."""
    serving = Serving(work_folder / "proving")
    serving.start()
    yield serving
    assert serving.stop() == 0


@pytest.fixture(scope="module")
def world(serving: Serving) -> World:
    """Japan joins; its customs declare with their first key, and again after they have rotated it twice."""
    secretariat = Partner.from_folder(serving.data / "keys", SECRETARIAT)
    first, second, third = (Partner(CUSTOMS) for _ in range(3))
    mandate = mandated(CUSTOMS, "customs", ["bloc.declaration.accepted.v1"], MEMBER)
    _post(serving, secretariat, *joined(MEMBER), registered(first), mandate)
    declaration = _post(serving, first, _declared("JP-1"))
    hundred = _post(serving, first, *(_declared(f"JP-C{number}") for number in range(100)))
    _post(serving, first, registered(second))
    _post(serving, second, registered(third))
    return World(declaration, hundred, _post(serving, third, _declared("JP-2")))


@pytest.fixture(scope="module")
def folder(serving: Serving, world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the declaration, to be copied and spoilt."""
    to = tmp_path_factory.mktemp("bundles") / "declaration"
    assert _prove(serving, world.declaration, to).status == 0
    return to


@pytest.fixture
def spoilt(folder: Path, tmp_path: Path) -> Path:
    """A copy of the bundle."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no process can open a socket or load a database driver."""
    site = tmp_path_factory.mktemp("offline")
    (site / "sitecustomize.py").write_text(OFFLINE)
    return surroundings_of(PYTHONPATH=str(site))


def _prove(serving: Serving, position: int, to: Path, *words: str) -> Done:
    return typed("prove", str(position), "--to", to, *words, environment=serving.environment)


def _verify(folder: Path, policy: Path, environment: dict[str, str], *words: str) -> Done:
    return typed("verify", folder, "--policy", policy, *words, environment=environment)


def _resum(folder: Path) -> None:
    """Write the sums anew, as a forger would."""
    paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{sha256((folder / path).read_bytes()).hexdigest()}  {path}\n"
        for path in paths
        if path != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def _positions(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in (folder / "entries").iterdir() if not path.suffix)


def test_the_offline_environment_is_one(offline: dict[str, str]) -> None:
    """What tries to reach a ledger in it fails: the other tests here prove something."""
    tried = subprocess.run([BLOC, "entries"], env=offline, capture_output=True, check=False)
    assert tried.returncode != 0
    assert b"without network" in tried.stderr


def test_a_declaration_and_its_assessment_are_shown_to_somebody_without_a_network(
    serving: Serving, world: World, folder: Path, offline: dict[str, str]
) -> None:
    """Both parts of the draft, the keys behind them, the founding; by the reader's own policy and trust anchor."""
    assert {world.declaration, world.declaration + 1, 0} <= set(_positions(folder))
    assert {path.name for path in folder.iterdir()} == ARCHIVE_FILES | {"entries"}
    anchor = Partner.from_folder(serving.data / "keys", SECRETARIAT).kid
    shown = _verify(folder, serving.data / "policy", offline, "--trust-anchor", anchor)
    assert shown.status == 0, shown
    for word in ("VERIFIED", CUSTOMS, anchor, f"position    {world.declaration},", "us, eu, jp"):
        assert word in shown.out, shown.out


@pytest.mark.parametrize("what", ["a line of a hundred", "a third key"])
def test_every_kind_of_entry_is_proven(
    what: str, serving: Serving, world: World, offline: dict[str, str], tmp_path: Path
) -> None:
    """The last line of a part of 100 events, an event signed with a third key; the founding is proven below."""
    position = {
        "a line of a hundred": world.hundred + 99,
        "a third key": world.third,
    }[what]
    made = _prove(serving, position, tmp_path / "bundle")
    assert made.status == 0, made
    held = _positions(tmp_path / "bundle")
    assert position in held
    if what == "a line of a hundred":
        assert set(range(world.hundred, world.hundred + 200)) <= set(held)
    if what == "a third key":
        assert {world.hundred + 200, world.hundred + 201} <= set(held), "both registrations"
    shown = _verify(tmp_path / "bundle", serving.data / "policy", offline)
    assert shown.status == 0, shown
    assert f"position    {position}," in shown.out


def test_the_sums_are_those_of_standard_tools(folder: Path) -> None:
    """`sha256sum -c` needs nothing of this project."""
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, path = line.split("  ")
        assert sha256((folder / path).read_bytes()).hexdigest() == digest


def test_a_spoilt_file_is_named(spoilt: Path, serving: Serving, offline: dict[str, str]) -> None:
    """One bit of it, and a missing one: exit status 1, and the file."""
    file = spoilt / "entries/0.tlog-proof"
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    changed = _verify(spoilt, serving.data / "policy", offline)
    assert (changed.status, str(file) in changed.out) == (1, True), changed
    file.unlink()
    missing = _verify(spoilt, serving.data / "policy", offline)
    assert (missing.status, str(file) in missing.out) == (1, True), missing


def test_an_event_changed_under_new_sums_is_named(
    spoilt: Path, world: World, serving: Serving, offline: dict[str, str]
) -> None:
    """A forger who knows how bundles are made cannot make the tree fit."""
    entry = spoilt / f"entries/{world.declaration}"
    entry.write_bytes(entry.read_bytes().replace(b"708000.00", b"008000.00"))
    _resum(spoilt)
    forged = _verify(spoilt, serving.data / "policy", offline)
    assert (forged.status, f"entries/{world.declaration}" in forged.out) == (1, True), forged


def test_without_cosignatures_the_exit_status_is_that_of_a_missing_quorum(
    spoilt: Path, serving: Serving, offline: dict[str, str]
) -> None:
    """All lines of witnesses taken out, everywhere, under new sums: 4, and the checkpoint is named."""
    for path in [spoilt / "checkpoint", *spoilt.rglob("*.tlog-proof")]:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if ".example/witness" not in line))
    _resum(spoilt)
    poor = _verify(spoilt, serving.data / "policy", offline)
    assert (poor.status, str(spoilt / "checkpoint") in poor.out) == (4, True), poor


def test_by_a_policy_of_other_witnesses_the_quorum_is_missing(
    folder: Path, serving: Serving, offline: dict[str, str], tmp_path: Path
) -> None:
    """The policy in the folder does not count when the reader names his own; here the same names have other keys."""
    log = [line for line in (serving.data / "policy").read_text().splitlines() if line.startswith("log ")]
    others = [line for line in write_policy(policy()).splitlines() if not line.startswith("log ")]
    (tmp_path / "mine").write_text("\n".join([*log, *others, ""]))
    poor = _verify(folder, tmp_path / "mine", offline)
    assert (poor.status, str(folder / "checkpoint") in poor.out) == (4, True), poor


def test_another_trust_anchor_is_not_this_founding(
    folder: Path, serving: Serving, offline: dict[str, str]
) -> None:
    """The founding is named."""
    wrong = _verify(folder, serving.data / "policy", offline, "--trust-anchor", "A" * 43)
    assert (wrong.status, "entries/0" in wrong.out) == (1, True), wrong


def test_json_is_for_programs(spoilt: Path, serving: Serving, offline: dict[str, str]) -> None:
    """Status, and the file at fault."""
    (spoilt / "checkpoint").write_bytes(b"?")
    bad = json.loads(_verify(spoilt, serving.data / "policy", offline, "--json").out)
    assert (bad["status"], bad["file"]) == (1, str(spoilt / "checkpoint"))


def test_without_a_policy_the_reader_is_told_whose_word_it_is(folder: Path, offline: dict[str, str]) -> None:
    """Judged by the policy in the folder, which its maker wrote."""
    shown = typed("verify", folder, environment=offline)
    assert (shown.status, "name yours with --policy" in shown.out) == (0, True), shown


def test_the_page_about_proofs_works_as_it_stands(serving: Serving, world: World, tmp_path: Path) -> None:
    """Its commands, and its thirty lines that owe nothing to this project, for an entry of each kind that they name."""
    shutil.copy(serving.data / "policy", tmp_path / "policy")
    (commands,) = blocks("docs/proofs.md", "sh", "A bundle")
    assert all(line.startswith(("bloc ", "(cd evidence && sha256sum ")) for line in commands.splitlines())
    (script,) = blocks("docs/proofs.md", "python", "Without our software")
    for position, party in ((0, SECRETARIAT), (world.third, CUSTOMS)):
        shutil.rmtree(tmp_path / "evidence", ignore_errors=True)
        for line in commands.replace("prove 0", f"prove {position}").splitlines()[:2]:
            done = typed(*line.split()[1:], environment=serving.environment, cwd=tmp_path)
            assert done.status == 0, done
        assert f"entry {position} of" in (said := run_python(script, tmp_path))
        assert f"signed by {party}" in said
    entry = tmp_path / f"evidence/entries/{world.third}"
    entry.write_bytes(entry.read_bytes().replace(b"708000.00", b"708000.01"))
    with pytest.raises(AssertionError, match=r"AssertionError\s*$"):
        run_python(script, tmp_path)


def test_prove_says_what_is_wrong_in_plain_words(serving: Serving, folder: Path, tmp_path: Path) -> None:
    """A position that is not covered yet, a folder in use, a policy that is not there, a ledger that is away."""
    for done, words in (
        (_prove(serving, 10**6, tmp_path / "no", "--wait", "0"), ("No cosigned checkpoint covers", "--wait")),
        (_prove(serving, -1, tmp_path / "no"), ("no position -1", "count from 0")),
        (_prove(serving, 0, folder), ("not empty", "--to")),
        (_prove(serving, 0, tmp_path / "no", "--policy", "nowhere"), ("nowhere", "--policy")),
        (
            typed(
                *("prove", "0", "--to", tmp_path / "no", "--wait", "0"),
                environment=serving.environment | {"BLOC_LEDGER_URL": "http://127.0.0.1:9"},
            ),
            ("127.0.0.1:9", "--wait"),
        ),
    ):
        assert done.status == 1, done
        assert all(word in done.err for word in words), done.err
    assert not (tmp_path / "no").exists()
