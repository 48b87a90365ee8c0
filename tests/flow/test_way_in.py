"""The way in, with nothing but curl, openssl and what docs/posting.md and README.md show."""

import asyncio
import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.flow.documents import PROJECT, blocks, run_python, run_shell, with_addresses
from tests.flow.partner import SECRETARIAT, Partner, compact, digest_of
from tests.flow.scene import CUSTOMS_TYPES, Scene
from tests.flow.telling import DUTY_DUE, declared, mandated

CUSTOMS = "us.customs"
POSTING = "docs/posting.md"
EACH_TIME = "Each time: sign these very bytes, send these very bytes"


@pytest.fixture(scope="session")
async def customs(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which us.customs has made its key with openssl, and a bloc that knows it."""
    folder = tmp_path_factory.mktemp("customs")
    make_key, make_possession = blocks(POSTING, "sh", "Once: a key, its public half, its name")
    await asyncio.to_thread(run_shell, make_key + make_possession, folder)
    proof = await asyncio.to_thread(run_shell, _signing_only("possession"), folder)
    jwk = json.loads((folder / f"{CUSTOMS}.jwk").read_text())
    registered = {"party": CUSTOMS, "jwk": jwk, "proof": proof.strip()}
    answer = await scene.say(
        SECRETARIAT,
        ("bloc.key.registered.v1", f"party/{CUSTOMS}", registered),
        mandated(CUSTOMS, "customs", CUSTOMS_TYPES, "US"),
    )
    assert answer.status == 201, answer
    return folder


def _signing_only(body: str) -> str:
    """The block that signs and sends, with a curl that only shows the signature."""
    (block,) = blocks(POSTING, "sh", EACH_TIME)
    return f'set -- {body}\ncurl() {{ printf %s "$header..$signature"; }}\n{block}'


def _declaration(scene: Scene, folder: Path, end: bytes = b"") -> bytes:
    """Write a declaration where the examples look for it."""
    told = declared(scene.name("DOC"))
    body = compact(Partner(CUSTOMS).event(told)) + end
    (folder / "declaration.json").write_bytes(body)
    return body


def _answer_of_curl(shown: str) -> tuple[int, dict[str, Any]]:
    head, _, document = shown.replace("\r\n", "\n").rpartition("\n\n")
    return int(head.split()[1]), json.loads(document)


async def test_a_key_made_with_openssl_is_the_key_that_the_ledger_names(scene: Scene, customs: Path) -> None:
    """The thumbprint that the shell computes is the kid under which the party's key is listed."""
    view = await scene.read(f"/parties/{CUSTOMS}")
    kid = (customs / f"{CUSTOMS}.kid").read_text().strip()
    assert [key["kid"] for key in view["party"]["keys"]] == [kid]


@pytest.mark.parametrize("end", [b"", b"\n"])
async def test_the_shell_of_posting_md_records_an_event(scene: Scene, customs: Path, end: bytes) -> None:
    """curl and openssl post a declaration, with or without an editor's last line feed; it is recorded as sent."""
    body = _declaration(scene, customs, end)
    (block,) = blocks(POSTING, "sh", EACH_TIME)
    script = with_addresses(block, scene.stack.tariffs_url)
    status, receipt = _answer_of_curl(await asyncio.to_thread(run_shell, script, customs))
    assert (status, receipt["outcome"], receipt["submission"]) == (201, "recorded", digest_of(body))
    entry = await scene.entry(receipt["first_position"])
    assert compact(entry["event"]) == body.removesuffix(b"\n")
    assert entry["stamp"]["eol"] == len(end)
    assessed = await scene.entry(receipt["first_position"] + 1)
    assert assessed["event"]["data"]["total"] == DUTY_DUE
    again, first = _answer_of_curl(await asyncio.to_thread(run_shell, script, customs))
    assert (again, first["outcome"], first["first_position"]) == (200, "duplicate", receipt["first_position"])


async def test_the_shell_of_the_readme_records_the_event_that_it_shows(scene: Scene, tmp_path: Path) -> None:
    """What the README posts with curl is valid as it stands in docs/mineral.json."""
    (tmp_path / ".bloc").mkdir()
    (tmp_path / ".bloc" / "keys").symlink_to(scene.stack.keys_folder)
    (tmp_path / "docs").symlink_to(PROJECT / "docs")
    (block,) = blocks("README.md", "sh", "Posting with curl and openssl")
    script = with_addresses(block, scene.stack.tariffs_url)
    status, receipt = _answer_of_curl(await asyncio.to_thread(run_shell, script, tmp_path))
    assert status in (200, 201)
    entry = await scene.entry(receipt["first_position"])
    assert compact(entry["event"]) == (PROJECT / "docs/mineral.json").read_bytes().removesuffix(b"\n")


async def test_the_python_of_posting_md_records_an_event(scene: Scene, customs: Path) -> None:
    """The Python example posts the very bytes of the file."""
    body = _declaration(scene, customs)
    (block,) = blocks(POSTING, "python", "Python")
    shown = await asyncio.to_thread(run_python, with_addresses(block, scene.stack.tariffs_url), customs)
    assert "recorded" in shown
    assert (await scene.fate(body)).document["outcome"] == "recorded"


async def test_the_nats_example_of_posting_md_records_an_event(scene: Scene, customs: Path) -> None:
    """The same body and signature as a NATS request are answered with what HTTP would have said."""
    body = _declaration(scene, customs)
    (over_http,) = blocks(POSTING, "python", "Python")
    (over_nats,) = blocks(POSTING, "python", "NATS")
    signing = over_http.partition("request = ")[0]
    posting = over_nats.replace("nats://partner:PASSWORD@127.0.0.1:4222", scene.stack.nats_url("partner"))
    waiting = textwrap.indent(posting, "    ")
    program = f"{signing}import asyncio\nasync def main():\n{waiting}\nasyncio.run(main())\n"
    status, _, answer = (await asyncio.to_thread(run_python, program, customs)).partition(" ")
    receipt = json.loads(answer)
    assert (status, receipt["outcome"]) == ("201", "recorded")
    assert compact((await scene.entry(receipt["first_position"]))["event"]) == body


async def test_one_can_check_ones_own_signature_with_openssl(customs: Path) -> None:
    """What the shell signs, openssl verifies: no service is needed to find a mistake."""
    script = _signing_only("possession") + (
        "\nprintf '%s' \"$signature\" | tr -- '-_' '+/' | sed 's/$/==/' | openssl base64 -d -A > signature.bin"
        f"\nopenssl pkeyutl -verify -rawin -inkey {CUSTOMS}.pem -in signing-input -sigfile signature.bin"
    )
    shown = await asyncio.to_thread(run_shell, script, customs)
    assert "Signature Verified Successfully" in shown
