"""Stand-ins for curl and openssl, so that the documents can be tried on a machine that has neither.

`make test` promises to need nothing but Python, git and make. Where curl, or an OpenSSL that knows Ed25519, is there,
it is used; where not, these do the very few things that docs/posting.md and docs/verifying.md ask of them.
"""

import atexit
import base64
import hashlib
import http.client
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)


@cache
def folder_of_missing_tools() -> str:
    """A folder to be put before PATH: it holds a stand-in for each tool that this machine lacks."""
    folder = Path(mkdtemp(prefix="bloc-stand-ins-"))
    atexit.register(shutil.rmtree, folder)
    missing = {"curl": shutil.which("curl") is None, "openssl": not _has_openssl_3()}
    for tool in (tool for tool, is_missing in missing.items() if is_missing):
        script = folder / tool
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" {tool} "$@"\n')
        script.chmod(0o755)
    return str(folder)


def _has_openssl_3() -> bool:
    program = shutil.which("openssl")
    if program is None:
        return False
    shown = subprocess.run([program, "version"], capture_output=True, text=True, check=False).stdout
    return shown.startswith("OpenSSL ") and shown.split()[1] >= "3"


def main(tool: str, words: list[str]) -> None:
    """Be `tool` with these arguments: standard input to standard output."""
    options = dict(pairwise(words))
    if tool == "curl":
        _curl(words)
    elif words[0] == "base64":
        given = sys.stdin.buffer.read()
        sys.stdout.buffer.write(base64.b64decode(given) if "-d" in words else base64.b64encode(given))
    elif words[0] == "dgst":
        sys.stdout.buffer.write(hashlib.sha256(sys.stdin.buffer.read()).digest())
    elif words[0] == "genpkey":
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        Path(options["-out"]).write_bytes(pem)
    elif words[0] == "pkey":
        public = _key(options["-in"]).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        sys.stdout.buffer.write(b"" if "-noout" in words else der)
    elif words[0] == "pkeyutl":
        _sign_or_verify(words, options)
    else:
        sys.exit(f"this stand-in does not know openssl {words[0]}")


def _key(path: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(Path(path).read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _public_key(words: list[str], path: str) -> Ed25519PublicKey:
    if "-pubin" not in words:
        return _key(path).public_key()
    key = load_der_public_key(Path(path).read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    return key


def _sign_or_verify(words: list[str], options: dict[str, str]) -> None:
    message = Path(options["-in"]).read_bytes()
    if "-sign" in words:
        sys.stdout.buffer.write(_key(options["-inkey"]).sign(message))
        return
    try:
        _public_key(words, options["-inkey"]).verify(Path(options["-sigfile"]).read_bytes(), message)
    except InvalidSignature:
        sys.exit("Signature Verification Failure")
    print("Signature Verified Successfully")


def _curl(words: list[str]) -> None:
    """GET into files, one with -o or a list of them with -K; or POST a file and print what is answered."""
    if "-K" in words:
        lines = [line.split('"')[1] for line in Path(words[words.index("-K") + 1]).read_text().splitlines()]
        for url, output in zip(lines[::2], lines[1::2], strict=True):
            _get(url, Path(output))
    elif "-o" in words:
        (url,) = [word for word in words if word.startswith("http://")]
        _get(url, Path(words[words.index("-o") + 1]))
    else:
        _post(words)


def _get(url: str, output: Path) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", parts.path)
    answer = connection.getresponse()
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        sys.exit(f"{url}: {answer.status}")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(answer.read())


def _post(words: list[str]) -> None:
    """POST a file with headers; print status line, headers, a blank line and the body."""
    headers = {
        name: value.strip()
        for flag, (name, _, value) in zip(words, (word.partition(":") for word in words[1:]), strict=False)
        if flag == "-H"
    }
    (url,) = [word for word in words if word.startswith("http://")]
    body = Path(words[words.index("--data-binary") + 1].removeprefix("@")).read_bytes()
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("POST", parts.path, body, headers)
    answer = connection.getresponse()
    print(f"HTTP/1.1 {answer.status} {answer.reason}")
    print("\n".join(f"{name}: {value}" for name, value in answer.getheaders()), end="\n\n")
    print(answer.read().decode(), end="")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
