"""The examples that README.md and docs/ show, cut out of their pages so that they can be run as they stand.

What is tested is what a stranger copies. Only addresses are replaced, as a stranger with another port would.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.flow.stand_ins import folder_of_missing_tools

PROJECT = Path(__file__).resolve().parents[2]


def blocks(page: str, language: str, heading: str) -> list[str]:
    """The code blocks of one language below a heading of a page, up to the next heading."""
    text = (PROJECT / page).read_text("utf-8")
    _, found, below = text.partition(f"## {heading}")
    assert found, f"{page} has no heading {heading!r}"
    section = re.split(r"^## ", below, maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def with_addresses(text: str, tariffs_url: str, ledger_url: str = "") -> str:
    """The same example for a bloc that listens on other ports."""
    return text.replace("http://127.0.0.1:8080", tariffs_url).replace("http://127.0.0.1:8081", ledger_url)


def run_shell(script: str, folder: Path) -> str:
    """Run a block with bash in a folder; its standard output. A failing line fails it."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder_of_missing_tools()}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def run_python(script: str, folder: Path) -> str:
    """Run a program in a folder; its standard output."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
