"""`bloc keys`: signing keys as files, and what is signed with them. The private half never leaves the folder."""

from pathlib import Path
from time import time

import msgspec
from cyclopts import App
from rich.console import Console
from rich.table import Table

from bloc.keyfiles import load_key, new_key, parties_with_keys
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from contracts.events import PurchaseCommitmentSignedV1
from contracts.identity.consent import sign_consent
from contracts.identity.possession import prove_possession

app = App(name="keys", help="Make, show and rotate signing keys.")
app.command(
    "bloc.commands.rotate_checkpoint:rotate_checkpoint",
    name="rotate-checkpoint",
    help="Give the ledger another key for its checkpoints, in three steps.",
)
console = Console()


@app.command
def new(party: str, *, keys: Path | None = None) -> None:
    """Make an Ed25519 key for PARTY: `<party>.pem` (private), `.jwk` (public), `.kid` (its thumbprint).

    Parameters
    ----------
    party
        Exactly two labels, such as us.customs.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    """
    around = surroundings()
    folder = keys or around.keys_folder
    key = new_key(folder, party)
    console.print(f"Made {folder / party}.pem, .jwk and .kid")
    console.print(f"kid    {key.kid}", soft_wrap=True)
    console.print(
        f"proof  {prove_possession(key, around.origin, party, issued_at=int(time()))}", soft_wrap=True
    )
    console.print(
        "Send the .jwk and the proof to the secretariat, and read the kid to them over a second channel."
    )


@app.command(name="list")
def list_keys(*, keys: Path | None = None) -> None:
    """List the parties whose private keys lie in the folder."""
    folder = keys or surroundings().keys_folder
    table = Table("party", "kid", title=str(folder))
    for party in parties_with_keys(folder):
        table.add_row(party, load_key(folder, party).kid)
    console.print(table)


@app.command
def show(party: str, *, keys: Path | None = None) -> None:
    """Show the public half of PARTY's key and a fresh proof of possession for its registration."""
    around = surroundings()
    key = load_key(keys or around.keys_folder, party)
    console.print_json(
        data={"party": party, "kid": key.kid, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": key.jwk.x}}
    )
    console.print(
        f"proof  {prove_possession(key, around.origin, party, issued_at=int(time()))}", soft_wrap=True
    )


@app.command
def consent(terms: Path, *, keys: Path | None = None) -> None:
    """Sign a purchase commitment as the company that it names, and print the `consent` for its operator.

    Parameters
    ----------
    terms
        A file with the `data` of bloc.purchase_commitment.signed.v2, all of it but `consent`: read it before you sign.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    """
    around = surroundings()
    try:
        read = msgspec.json.decode(terms.read_bytes(), type=PurchaseCommitmentSignedV1)
    except (OSError, msgspec.MsgspecError) as error:
        raise Trouble(
            f"{terms} holds no terms: {error}",
            "GET /schema/events/bloc.purchase_commitment.signed.v2 shows them.",
        ) from error
    key = load_key(keys or around.keys_folder, read.company)
    signature = sign_consent(key, around.origin, read, issued_at=int(time()))
    console.print(signature, soft_wrap=True, highlight=False, markup=False)
