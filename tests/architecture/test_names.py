"""Names that say something, and no traces of the place where the project was built."""

import re

from tests.architecture.source_tree import ROOT, project_texts, python_files, shown

EMPTY_NAMES = frozenset(
    {
        "util",
        "utils",
        "common",
        "helper",
        "helpers",
        "core",
        "base",
        "lib",
        "libs",
        "shared",
        "misc",
        "manager",
    }
)
# Put together here, so that this file does not hold what it forbids.
REGISTRY = re.compile(
    "|".join(
        [
            r"https?://\S+/" + r"simple\b",
            r"--(extra-)?index-" + r"url[ =]\S",
            r'"resolved": "' + "http",
            r"^registry = ",
            r"(files\.|test\.)?py" + r"pi\.(org|python)",
            "python" + "hosted",
            "registry." + "npmjs",
        ]
    ),
    re.MULTILINE,
)
# Not in quotes: the code of "no currency" has the same three letters.
OPEN_WORK = re.compile(r"(?<!\")\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
MACHINE_PATHS = ("/wo" + "rk/", "/tmp/" + "brief", "/home/" + "us")


def test_no_module_has_a_name_that_says_nothing() -> None:
    """Modules are named after what they hold, never after their rank."""
    empty = [shown(path) for path in python_files() if EMPTY_NAMES & {path.stem, path.parent.name}]
    assert empty == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the installer's setting: the lock has hashes and no addresses."""
    assert [name for name, text in project_texts() if REGISTRY.search(text)] == []


def test_no_file_names_a_path_of_this_machine() -> None:
    """A clone works in any folder, so no file may know this one."""
    here = (*MACHINE_PATHS, f"{ROOT}/")
    named = [f"{name}: {path}" for name, text in project_texts() for path in here if path in text]
    assert named == []


def test_nothing_is_left_open_in_the_code() -> None:
    """Open work is an issue, not a comment."""
    open_work = [
        f"{name}:{number}"
        for name, text in project_texts()
        if name.endswith((".py", ".sql", ".sh", ".yml", "Makefile"))
        for number, line in enumerate(text.splitlines(), 1)
        if OPEN_WORK.search(line)
    ]
    assert open_work == []
