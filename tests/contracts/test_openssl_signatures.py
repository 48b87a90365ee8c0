"""A partner with nothing but a shell: the very commands of our posting instructions, run for real."""

import subprocess
from pathlib import Path

import pytest

from contracts.identity.jws import Detached, parse_detached, sign_detached, verify_detached
from contracts.identity.keys import SigningKey, VerifyingKey
from contracts.identity.possession import check_possession
from contracts.values import Jwk

ORIGIN = "bloc.example/ledger"
BODY = b'{"type":"bloc.declaration.accepted.v1","subject":"declaration/US/ABC-1234567-8"}\n'

MAKE_KEY = r"""
b64u() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
openssl genpkey -algorithm ed25519 -out us.customs.pem && chmod 600 us.customs.pem
x=$(openssl pkey -in us.customs.pem -pubout -outform DER | tail -c 32 | b64u)
kid=$(printf '{"crv":"Ed25519","kty":"OKP","x":"%s"}' "$x" | openssl dgst -sha256 -binary | b64u)
printf '{"kty":"OKP","crv":"Ed25519","x":"%s"}\n' "$x" > us.customs.jwk
printf '%s\n' "$kid" > us.customs.kid
"""
SIGN = r"""
b64u() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
body=$1
aud=bloc.example/ledger
header=$(printf '{"alg":"Ed25519","b64":false,"crit":["b64"],"kid":"%s","aud":"%s","iat":%s}' \
  "$(cat us.customs.kid)" "$aud" "$(date +%s)" | b64u)
{ printf '%s.' "$header"; cat "$body"; } > signing-input
signature=$(openssl pkeyutl -sign -rawin -inkey us.customs.pem -in signing-input | b64u)
printf '%s' "$header..$signature"
"""
CHECK = "openssl pkeyutl -verify -rawin -inkey us.customs.pem -in signing-input -sigfile signature.bin"


def shell(script: str, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["sh", "-euc", script, "sh", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def customs(tmp_path: Path) -> Path:
    """A folder with the key of us.customs, made by openssl alone."""
    shell(MAKE_KEY, tmp_path)
    return tmp_path


def test_a_key_that_openssl_made_has_the_name_that_the_shell_computed(customs: Path):
    """Thumbprint and JWK agree between openssl's tools and ours."""
    key = SigningKey.from_pem((customs / "us.customs.pem").read_bytes())
    assert f"{key.kid}\n" == (customs / "us.customs.kid").read_text()
    assert f'{{"kty":"OKP","crv":"Ed25519","x":"{key.jwk.x}"}}\n' == (customs / "us.customs.jwk").read_text()


def test_a_body_that_openssl_signed_verifies_here(customs: Path):
    """Header by printf, signature by pkeyutl, body with its final LF."""
    (customs / "declaration.json").write_bytes(BODY)
    detached = parse_detached(shell(SIGN, customs, "declaration.json"))
    assert isinstance(detached, Detached)
    key = VerifyingKey.of(SigningKey.from_pem((customs / "us.customs.pem").read_bytes()).jwk)
    assert (detached.kid, detached.aud) == (key.kid, ORIGIN)
    assert verify_detached(detached, BODY, key)
    assert not verify_detached(detached, BODY.rstrip(b"\n"), key), "curl -d would have stripped the LF"


def test_a_proof_of_possession_that_openssl_made_is_accepted(customs: Path):
    """The same commands, with `<origin> <party> <kid>` in place of the body."""
    kid = (customs / "us.customs.kid").read_text().strip()
    (customs / "claim").write_text(f"{ORIGIN} us.customs {kid}")
    proof = shell(SIGN, customs, "claim")
    jwk = SigningKey.from_pem((customs / "us.customs.pem").read_bytes()).jwk
    assert check_possession(proof, jwk, origin=ORIGIN, party="us.customs")
    assert isinstance(jwk, Jwk)


def test_openssl_verifies_what_we_sign(customs: Path):
    """The other way round: our receipt of trust is not our own library."""
    key = SigningKey.from_pem((customs / "us.customs.pem").read_bytes())
    detached = parse_detached(sign_detached(key, BODY, audience=ORIGIN, issued_at=1_767_225_600))
    assert isinstance(detached, Detached)
    (customs / "signing-input").write_bytes(detached.header_b64.encode() + b"." + BODY)
    (customs / "signature.bin").write_bytes(detached.signature)
    assert "Successfully" in shell(CHECK, customs)
