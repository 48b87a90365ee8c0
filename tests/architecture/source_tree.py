"""What the architecture tests look at: the project's own files, parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bloc", "contracts", "services", "migrations", "tests")


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file of the project, committed or not."""
    found = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


def production_files() -> Iterator[Path]:
    """The Python files that run outside tests."""
    return (path for path in python_files() if "tests" not in path.relative_to(ROOT).parts[:1])


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def project_texts() -> tuple[tuple[str, str], ...]:
    """Name and text of every text file that git would carry; what is ignored does not count."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    texts: list[tuple[str, str]] = []
    for name in filter(None, listed):
        path = ROOT / name
        if not path.is_file():
            continue
        try:
            texts.append((name, path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue  # not a text
    return tuple(texts)


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
