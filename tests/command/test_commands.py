"""The commands of a partner, as he types them: what they print, for people and for pipes, and how they fail."""

import json
import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from bloc.__main__ import COMMANDS
from tests.command.typed import BLOC, PROJECT, Done, Serving, surroundings_of, typed
from tests.flow.documents import blocks, run_shell
from tests.flow.partner import SECRETARIAT, Partner
from tests.flow.telling import defined, floor, joined, listed

MINERAL = PROJECT / "docs/mineral.json"
QUOTE = PROJECT / "docs/quote.json"
HELP_CPU_SECONDS_MAX = 1.5
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def secretariat(serving: Serving) -> Partner:
    """The secretariat, by its development key."""
    return Partner.from_folder(serving.data / "keys", SECRETARIAT)


def _post(serving: Serving, body: bytes, *words: str) -> Done:
    return typed("post", "-", "--key", SECRETARIAT, *words, environment=serving.environment, given=body)


def _in_plain_words(done: Done, *words: str) -> None:
    """Exit status 1, and on standard error what is wrong and what to do next."""
    assert done.status == 1, done
    assert all(word in done.err for word in words), done.err
    assert len(done.err.strip().splitlines()) >= 2, done.err


# --- help --------------------------------------------------------------------------------------------------


def test_help_names_every_command_and_comes_at_once() -> None:
    """No web server and no database driver is loaded to print a list."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    shown = typed("--help", environment=surroundings_of())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert shown.status == 0
    assert all(name in shown.out for name, _, _ in COMMANDS)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < HELP_CPU_SECONDS_MAX
    loaded = "import sys, bloc.__main__; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"asyncpg", "litestar", "sqlalchemy", "nats"} & set(modules)


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_explains_itself(name: str) -> None:
    """`bloc <command> --help` works without a server."""
    assert typed(name, "--help", environment=surroundings_of()).status == 0


def test_an_unknown_command_is_answered_with_the_known_ones() -> None:
    """A slip of the finger gets the list."""
    slip = typed("pots", environment=surroundings_of())
    assert slip.status == 2
    assert "post" in slip.out + slip.err


# --- keys --------------------------------------------------------------------------------------------------


def test_keys_new_writes_what_openssl_understands(tmp_path: Path) -> None:
    """Three files, the private one closed to others; openssl reads it, and the kid is its thumbprint."""
    made = typed("keys", "new", "us.miner", "--keys", tmp_path, environment=surroundings_of())
    assert made.status == 0
    assert {path.name for path in tmp_path.iterdir()} == {"us.miner.pem", "us.miner.jwk", "us.miner.kid"}
    assert stat.S_IMODE((tmp_path / "us.miner.pem").stat().st_mode) == 0o600
    partner = Partner.from_folder(tmp_path, "us.miner")
    assert (tmp_path / "us.miner.kid").read_text() == f"{partner.kid}\n"
    assert json.loads((tmp_path / "us.miner.jwk").read_text()) == partner.jwk
    run_shell("openssl pkey -in us.miner.pem -noout -check", tmp_path)
    assert partner.kid in made.out


def test_keys_new_never_overwrites_a_key(tmp_path: Path) -> None:
    """A second one of the same name is refused, and the first stays."""
    typed("keys", "new", "us.miner", "--keys", tmp_path, environment=surroundings_of())
    before = (tmp_path / "us.miner.pem").read_bytes()
    again = typed("keys", "new", "us.miner", "--keys", tmp_path, environment=surroundings_of())
    _in_plain_words(again, "exists already", "move it away")
    assert (tmp_path / "us.miner.pem").read_bytes() == before


@pytest.mark.parametrize("name", ["US Customs", "../evil", "us", "us.customs.port", "us.customs/x", ""])
def test_keys_new_makes_keys_for_parties_only(tmp_path: Path, name: str) -> None:
    """A name that no party can have makes no file, here or elsewhere."""
    folder = tmp_path / "keys"
    _in_plain_words(typed("keys", "new", name, "--keys", folder, environment=surroundings_of()), "two labels")
    assert [*tmp_path.rglob("*.pem")] == []


def test_keys_list_and_show_tell_the_public_half(serving: Serving, secretariat: Partner) -> None:
    """The list has every party's kid; show has the JWK and a proof, and nothing of the private key."""
    shown = typed("keys", "list", environment=serving.environment)
    assert shown.status == 0
    assert all(party in shown.out for party in (SECRETARIAT, "bloc.tariffs", "bloc.ledger"))
    assert secretariat.kid in shown.out
    one = typed("keys", "show", SECRETARIAT, environment=serving.environment)
    assert (one.status, secretariat.jwk["x"] in one.out, "proof" in one.out) == (0, True, True)
    assert "PRIVATE" not in one.out


def test_keys_show_of_a_key_that_is_not_there_says_how_to_make_it(serving: Serving) -> None:
    """The next step is the command that makes it."""
    shown = typed("keys", "show", "us.nobody", environment=serving.environment)
    _in_plain_words(shown, "There is no key", "bloc keys new us.nobody")


# --- post --------------------------------------------------------------------------------------------------


def test_post_prints_the_receipt(serving: Serving, secretariat: Partner) -> None:
    """Exit status 0 and a receipt that a program can read; posted again, the first receipt."""
    body = secretariat.body(listed("gallium"))
    posted = _post(serving, body)
    assert (posted.status, json.loads(posted.out)["outcome"]) == (0, "recorded")
    again = _post(serving, body)
    assert (again.status, json.loads(again.out)["outcome"]) == (0, "duplicate")
    assert json.loads(again.out)["first_position"] == json.loads(posted.out)["first_position"]


def test_post_dry_run_says_what_would_be_and_records_nothing(serving: Serving, secretariat: Partner) -> None:
    """The same file can be posted for good afterwards."""
    body = secretariat.body(listed("germanium"))
    tried = _post(serving, body, "--dry-run")
    assert (tried.status, json.loads(tried.out)["outcome"]) == (0, "would_record")
    assert json.loads(_post(serving, body).out)["outcome"] == "recorded"


def test_cat_1_post_of_what_is_refused_names_the_rule_and_the_next_step(
    serving: Serving, secretariat: Partner
) -> None:
    """Exit status 1, the problem on standard output, the next step on standard error."""
    assert _post(serving, secretariat.body(listed("indium"))).status == 0
    refused = _post(serving, secretariat.body(listed("indium")))
    _in_plain_words(refused, "Not recorded", "422", "new id")
    assert json.loads(refused.out)["rule"] == "CAT-1"
    tried = _post(serving, secretariat.body(listed("indium")), "--dry-run")
    _in_plain_words(tried, "422")


def test_post_of_a_malformed_file_does_not_advise_to_post_it_again(serving: Serving) -> None:
    """A pretty-printed event is 400, and the advice is how to mend it."""
    refused = typed("post", QUOTE, "--key", SECRETARIAT, environment=serving.environment)
    _in_plain_words(refused, "Not recorded", "400", "jq -c")
    assert "posted again at any time" not in refused.err


def test_post_without_key_file_or_service_says_what_is_missing(serving: Serving, tmp_path: Path) -> None:
    """Each of the three has its own words."""
    nowhere = serving.environment | {"BLOC_TARIFFS_URL": NOWHERE}
    _in_plain_words(
        typed("post", MINERAL, "--key", "us.nobody", environment=nowhere), "bloc keys new us.nobody"
    )
    _in_plain_words(
        typed("post", tmp_path / "no", "--key", SECRETARIAT, environment=nowhere), "There is no file"
    )
    _in_plain_words(typed("post", tmp_path, "--key", SECRETARIAT, environment=nowhere), str(tmp_path))
    _in_plain_words(typed("post", MINERAL, "--key", SECRETARIAT, environment=nowhere), NOWHERE, "bloc up")
    (tmp_path / "us.broken.pem").write_text("no key at all")
    broken = typed("post", MINERAL, "--key", "us.broken", "--keys", tmp_path, environment=nowhere)
    _in_plain_words(broken, "us.broken.pem", "PEM")


# --- tail --------------------------------------------------------------------------------------------------


def test_tail_shows_an_entry_as_soon_as_it_is_recorded(serving: Serving, secretariat: Partner) -> None:
    """Also in a pipe, where others wait for the line; Ctrl-C ends it without a word."""
    position = json.loads(_post(serving, secretariat.body(listed("tellurium"))).out)["first_position"]
    words = [str(BLOC), "tail", "--after", str(position - 1)]
    with subprocess.Popen(
        words, env=serving.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        caught_up = json.loads(tail.stdout.readline())
        assert caught_up["stamp"]["position"] == position
        began = monotonic()
        _post(serving, secretariat.body(listed("bismuth")))
        fresh = json.loads(tail.stdout.readline())
        assert fresh["event"]["data"]["mineral"] == "bismuth"
        assert monotonic() - began < 10
        tail.send_signal(signal.SIGINT)
        assert tail.wait(10) in (0, 130)
        assert tail.stderr.read() == b""


# --- quote, found ------------------------------------------------------------------------------------------


def test_quote_says_what_is_not_known_and_then_what_is_due(serving: Serving, secretariat: Partner) -> None:
    """docs/quote.json before and after the US accede and a floor is set: nothing is due by guesswork."""
    before = typed("quote", QUOTE, environment=serving.environment)
    assert (before.status, "None" in before.out) == (0, False), before.out
    assert "no accession of US" in before.out
    told = (*joined("US"), listed("ndpr"), defined(), floor())
    assert _post(serving, secretariat.body(*told)).status == 0
    after = typed("quote", QUOTE, environment=serving.environment)
    assert after.status == 0
    assert "612000.00" in after.out
    explained = typed("quote", QUOTE, "--explain", environment=serving.environment)
    assert "  1. US accepted the goods at " in explained.out
    document = json.loads(typed("quote", QUOTE, "--json", environment=serving.environment).out)
    assert document["lines"][-1]["cites"]["stream"] == "floor/ndpr.oxide_compound.oxide_99"


def test_quote_of_a_wrong_file_names_the_field(serving: Serving, tmp_path: Path) -> None:
    """No file, no JSON, and JSON that is no quote."""
    wrong = tmp_path / "wrong.json"
    _in_plain_words(typed("quote", wrong, environment=serving.environment), "There is no file")
    wrong.write_text("{")
    _in_plain_words(typed("quote", wrong, environment=serving.environment), "docs/quote.json")
    wrong.write_text(json.dumps({"member": "US", "itme": {}}))
    refused = typed("quote", wrong, environment=serving.environment)
    _in_plain_words(refused, "400")
    assert "itme" in refused.out


def test_found_is_harmless_on_a_bloc_that_is_founded(serving: Serving, tmp_path: Path) -> None:
    """It says so, and makes no keys."""
    again = typed("found", "--keys", tmp_path / "fresh", environment=serving.environment)
    assert (again.status, "founded already" in again.out) == (0, True), again
    assert not (tmp_path / "fresh").exists()


# --- the README --------------------------------------------------------------------------------------------


def test_the_two_minutes_of_the_readme(serving: Serving) -> None:
    """Every `bloc` line of the README works as it stands, from the project's folder, and the event is read back."""
    (block,) = blocks("README.md", "sh", "From clone to a recorded event in two minutes")
    lines = [line.partition("#")[0].split()[1:] for line in block.splitlines() if line.startswith("bloc ")]
    assert len(lines) >= 3
    for words in lines:
        if words[0] == "tail":
            continue
        done = typed(*words, environment=serving.environment, cwd=PROJECT)
        assert done.status == 0, (words, done)
        if words[0] == "entries":
            assert json.loads(done.out)["event"]["id"] == json.loads(MINERAL.read_text())["id"]


def test_an_environment_that_is_wrong_is_named(serving: Serving) -> None:
    """A variable that cannot be read is named with what it should be."""
    wrong = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    wrong |= {"BLOC_KEYS_FILE": str(serving.data / "not-there")}
    _in_plain_words(typed("keys", "list", environment=wrong), "BLOC_KEYS")
