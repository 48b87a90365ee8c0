"""`bloc entries`: what was recorded, for other tools to go on with."""

import json
import subprocess

from tests.command.typed import BLOC, Serving, typed


def test_entries_in_a_pipe_are_lines_of_json_and_nothing_else(serving: Serving) -> None:
    """Every line is an entry, in order of position; filters and limits apply."""
    shown = typed("entries", environment=serving.environment)
    lines = [json.loads(line) for line in shown.out.split("\n")[:-1]]
    assert [line["stamp"]["position"] for line in lines] == list(range(len(lines)))
    charter = typed("entries", "--stream", "bloc/charter", environment=serving.environment)
    assert json.loads(charter.out)["event"]["type"] == "bloc.founded.v1"
    assert len(typed("entries", "--limit", "1", environment=serving.environment).out.splitlines()) == 1
    assert typed("entries", "--party", "us.nobody", environment=serving.environment).out == ""


def test_entries_into_head_end_quietly(serving: Serving) -> None:
    """A reader who has seen enough is no error to be told of."""
    piped = subprocess.run(
        ["bash", "-c", f"{BLOC} entries | head -n 1"],
        env=serving.environment,
        capture_output=True,
        check=True,
    )
    assert json.loads(piped.stdout)["stamp"]["position"] == 0
    assert piped.stderr == b""


def test_an_entry_that_is_not_there_is_said_not_to_be(serving: Serving) -> None:
    """Nothing on standard output, and status 1: an answer of nothing could be taken for an empty entry."""
    missing = typed("entries", "--at", "99999", environment=serving.environment)
    assert (missing.status, missing.out) == (1, "")
    assert "There is no entry 99999." in missing.err
    assert typed("entries", "--at", "0", environment=serving.environment).status == 0


def test_entries_with_a_wrong_option_are_answered_in_words(serving: Serving) -> None:
    """What the service says of a parameter is shown as a sentence, not as a document."""
    refused = typed("entries", "--limit", "0", environment=serving.environment)
    assert refused.status == 1
    assert "limit" in refused.err
    assert "{" not in refused.err
