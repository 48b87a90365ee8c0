"""`bloc witness`, as a member state's operator and as an auditor type it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from bloc.embedded.ports import chosen_port
from tests.command.typed import BLOC, surroundings_of, typed
from tests.witness.growing import GrowingLog
from tests.witness.running import RunningWitness

PLAIN = surroundings_of()
NOWHERE = "http://127.0.0.1:9"


def test_new_makes_a_witness_and_says_what_to_do_with_it(tmp_path: Path) -> None:
    """Key, verifier key and store; the verifier key is shown, the private one is not."""
    made = typed("witness", "new", "us.example/witness", "--to", tmp_path / "us", environment=PLAIN)
    assert made.status == 0, made
    assert {path.name for path in (tmp_path / "us").iterdir()} == {
        "witness.pem",
        "witness.vkey",
        "witness.sqlite",
    }
    assert (tmp_path / "us/witness.vkey").read_text().strip() in made.out
    assert "PRIVATE" not in made.out
    again = typed("witness", "new", "us.example/witness", "--to", tmp_path / "us", environment=PLAIN)
    assert (again.status, "exists already" in again.err) == (1, True)
    bad = typed("witness", "new", "us witness", "--to", tmp_path / "bad", environment=PLAIN)
    assert (bad.status, "scheme" in bad.err) == (1, True)


def test_serve_needs_only_the_folder_and_the_policy(tmp_path: Path) -> None:
    """The two commands of docs/witness.md, and Ctrl-C."""
    log = GrowingLog("bloc.example/ledger")
    folder, policy = tmp_path / "us", tmp_path / "policy"
    typed("witness", "new", "us.example/witness", "--to", folder, environment=PLAIN)
    policy.write_text(log.policy)
    port = chosen_port(0, "")
    words = ["--folder", str(folder), "--policy", str(policy), "--port", str(port)]
    process = subprocess.Popen([str(BLOC), "witness", "serve", *words], env=PLAIN)
    try:
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), trust_env=False) as client:
            assert client.post(f"{url}/add-checkpoint", content=log.request(0, 5)).status_code == 200
        shown = typed("witness", "status", "--url", url, environment=PLAIN)
        assert (shown.status, log.origin in shown.out, "ready" in shown.out) == (0, True, True)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_serve_without_a_witness_says_how_to_make_one(tmp_path: Path) -> None:
    """The next step is the command that makes it; wrong settings are exit status 2, like the service's own."""
    missing = typed("witness", "serve", "--folder", tmp_path, environment=PLAIN)
    assert (missing.status, "bloc witness new" in missing.err) == (1, True)
    assert typed("witness", "serve", environment=PLAIN).status == 2


def test_a_witness_that_is_not_there_is_told_plainly(tmp_path: Path) -> None:
    """Both commands that ask one."""
    for words in (("status",), ("accusations", "--log", GrowingLog("x.example").note_keys[0].vkey)):
        asked = typed("witness", *words, "--url", NOWHERE, environment=PLAIN)
        assert (asked.status, NOWHERE in asked.err) == (1, True)
    wrong = typed("witness", "accusations", tmp_path / "no.json", "--log", "nonsense", environment=PLAIN)
    assert (wrong.status, "--log VKEY" in wrong.err) == (1, True)


async def test_accusations_are_checked_with_the_key_that_i_name(
    witness: RunningWitness, log: GrowingLog, tmp_path: Path
) -> None:
    """Exit status 3 when one convicts the log; 0 when none does; a file is checked without any witness, and
    what a stranger wrote into it paints nothing on the terminal."""
    honest = GrowingLog("log-59.example/ledger")
    await witness.cosigned(log, 0, 5)
    await witness.post(log.forked(0).request(5, 5))
    vkey, url = log.note_keys[0].vkey, witness.url
    found = typed("witness", "accusations", "--log", vkey, "--url", url, "--to", tmp_path, environment=PLAIN)
    assert (found.status, "PROVEN" in found.out) == (3, True), found
    files = [path for path in tmp_path.glob("two_roots-*.json") if log.origin in path.read_text()]
    assert len(files) == 1
    checked = typed("witness", "accusations", files[0], "--log", vkey, environment=PLAIN)
    assert (checked.status, "1 proven" in checked.out) == (3, True)
    painted = json.loads(files[0].read_text()) | {"origin": "\x1b[2K\rlog.example  PROVEN"}
    (tmp_path / "painted").write_text(json.dumps(painted))
    shown = typed("witness", "accusations", tmp_path / "painted", "--log", vkey, environment=PLAIN)
    assert (shown.status, "\x1b" in shown.out, "\\x1b[2K\\rlog.example" in shown.out) == (0, False, True)
    (tmp_path / "policy").write_text(honest.policy)
    other = typed("witness", "accusations", files[0], "--policy", tmp_path / "policy", environment=PLAIN)
    assert (other.status, "shows nothing" in other.out) == (0, True)


def test_python_m_is_the_same_service() -> None:
    """What a launcher starts and what a person types is one program."""
    done = subprocess.run(
        [sys.executable, "-m", "bloc.witness"],
        env={name: value for name, value in os.environ.items() if not name.startswith("BLOC_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "BLOC_WITNESS_NAME is missing" in done.stderr
