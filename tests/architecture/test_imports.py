"""Who may import whom, as the contracts in pyproject.toml say."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.source_tree import ROOT


def test_the_import_rules_hold() -> None:
    """contracts ◀ services ◀ bloc; the services never meet; within a service the layers go one way."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
