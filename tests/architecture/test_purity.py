"""The domain packages are functions of their arguments: the audit replays them years later, elsewhere."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, imported_modules, production_files, shown, tree_of

# Of the standard library, a domain may use what computes; not what asks the world.
IMPURE = frozenset(
    {
        "asyncio",
        "concurrent",
        "ctypes",
        "fcntl",
        "getpass",
        "glob",
        "http",
        "importlib",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "platform",
        "random",
        "secrets",
        "select",
        "selectors",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
        "warnings",
    }
)
# Data files of a locked package (time zones) are part of the release, not of the machine.
RELEASE_DATA = frozenset({"importlib", "importlib.resources"})
DOMAIN_PACKAGES = frozenset({"contracts", "services", "msgspec", "immutables"})
CONTRACT_PACKAGES = frozenset({"contracts", "msgspec", "immutables"})
IDENTITY_PACKAGES = CONTRACT_PACKAGES | {"cryptography"}
CLOCK_CALLS = frozenset({"now", "utcnow", "today"})
OUTSIDE_CALLS = frozenset({"open", "print", "input", "exec", "eval"})


def domain_files() -> Iterator[Path]:
    return (path for path in production_files() if "domain" in path.relative_to(ROOT).parts)


def test_a_domain_asks_nothing_of_the_world() -> None:
    """No I/O, clock, randomness, logging or asyncio, and nothing of the library that brings them."""
    impure = [
        f"{shown(path)}:{line} imports {name}"
        for path in domain_files()
        for line, name in imported_modules(path)
        if name.split(".")[0] in IMPURE and name not in RELEASE_DATA
    ]
    assert impure == []


def test_a_domain_never_reads_the_clock() -> None:
    """`now` comes in as an argument, so that the same question has the same answer for ever."""
    calls = [
        f"{shown(path)}:{node.lineno}"
        for path in domain_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS)
            or (isinstance(node.func, ast.Name) and node.func.id in OUTSIDE_CALLS)
        )
    ]
    assert calls == []


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("services/tariffs/domain", DOMAIN_PACKAGES),
        ("services/ledger/domain", DOMAIN_PACKAGES),
        ("contracts", CONTRACT_PACKAGES),
        ("contracts/identity", IDENTITY_PACKAGES),
    ],
)
def test_the_inner_packages_import_only_what_they_are_made_of(folder: str, allowed: frozenset[str]) -> None:
    """The published language and the domains stand on the standard library, msgspec and immutables; only
    identity knows signatures."""
    identity = ROOT / "contracts/identity"
    foreign = [
        f"{shown(path)}:{line} imports {name}"
        for path in production_files()
        if path.is_relative_to(ROOT / folder)
        and (folder == "contracts/identity" or not path.is_relative_to(identity))
        for line, name in imported_modules(path)
        if (top := name.split(".")[0]) not in allowed and top not in sys.stdlib_module_names
    ]
    assert foreign == []


def test_no_error_is_swallowed() -> None:
    """`except: pass` hides the fault from everybody who could mend it."""
    swallowed = [
        f"{shown(path)}:{node.lineno}"
        for path in production_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
    ]
    assert swallowed == []
