"""The command `bloc`: one table of what can be typed, and one place where trouble is told in plain words.

Each command is a module of its own that is imported only when it is typed: `bloc --help` must not wait for
databases and web servers to load.
"""

import os
import sys

from cyclopts import App

from bloc.ending import end
from bloc.trouble import Trouble

COMMANDS = (
    ("up", "bloc.commands.up:up", "Serve a whole bloc on this machine until Ctrl-C."),
    ("demo", "bloc.commands.demo:demo", "Play the real story of 2026 through the public interfaces."),
    ("keys", "bloc.commands.keys:app", "Make, show and rotate signing keys."),
    ("found", "bloc.commands.found:found", "Found a bloc on an empty ledger."),
    ("post", "bloc.commands.post:post", "Sign a file and post it as one submission."),
    ("entries", "bloc.commands.entries:entries", "Read what was recorded."),
    ("tail", "bloc.commands.entries:tail", "Follow what is being recorded."),
    ("refusals", "bloc.commands.refusals:refusals", "What a party sent that was refused, and why."),
    ("prove", "bloc.commands.prove:prove", "Write a folder that proves one entry to anybody, offline."),
    (
        "evidence",
        "bloc.commands.evidence:evidence",
        "All about one case, declaration or rule, in a folder for a court.",
    ),
    ("verify", "bloc.commands.verify:verify", "Check a record, a download or a proof; believe nobody."),
    ("ask", "bloc.commands.ask:ask", "What a service would answer, from recorded entries alone."),
    ("audit", "bloc.commands.audit:audit", "Decide everything recorded again, and say what differs."),
    ("replay", "bloc.commands.replay:replay", "The state at any position, from entries alone, and its hash."),
    (
        "simulate",
        "bloc.commands.simulate:simulate",
        "Past declarations under rules that were never recorded.",
    ),
    ("report", "bloc.commands.report:app", "Questions that look over many declarations, from entries alone."),
    (
        "projections",
        "bloc.commands.projections:projections",
        "What is behind the record; rebuild a state and compare it with the live one.",
    ),
    ("quote", "bloc.commands.quote:quote", "What duty would be due, with every step; records nothing."),
    (
        "reassess",
        "bloc.commands.reassess:reassess",
        "Order what later corrections change to be assessed again.",
    ),
    ("bench", "bloc.commands.bench:app", "Measure speed, beside the physical limits of the same run."),
    ("witness", "bloc.commands.witness:app", "Run a witness of a log, or look at what one says."),
    (
        "ledger",
        "bloc.commands.ledger:app",
        "Look after the record of a ledger: its tree, as rows and as files.",
    ),
    ("bootstrap", "bloc.commands.bootstrap:run", "Prepare a PostgreSQL cluster, as its superuser."),
    ("migrate", "bloc.commands.migrate:run", "Bring the database schema to the newest revision."),
    ("nats", "bloc.commands.nats:app", "Set up the streams of the message server."),
    ("secrets", "bloc.commands.secrets:run", "Make the secrets of docker-compose.yml."),
)

app = App(
    name="bloc",
    help="A signed ledger of the tariffs, price floors and reserves of a minerals bloc.",
    help_epilogue="Where a bloc is: BLOC_TARIFFS_URL (http://127.0.0.1:8080), BLOC_LEDGER_URL (http://127.0.0.1:8081), "
    "BLOC_KEYS (.bloc/keys).",
)
for name, place, text in COMMANDS:
    app.command(place, name=name, help=text)


def main() -> None:
    """Run one command; exit status 1 for trouble that a person can mend, 130 when interrupted."""
    try:
        app()
    except Trouble as trouble:
        end(trouble, 1)
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. What is left in the buffer would fail again at exit, aloud.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
