"""What the README promises a stranger exists."""

import re
from importlib import import_module

import pytest

from bloc.__main__ import COMMANDS
from tests.architecture.source_tree import ROOT, project_texts

README = ROOT / "README.md"
ENVIRONMENT = ROOT / ".env.example"
SET_BY_US = {"BLOC_PARENT_PID"}  # by a launcher, for its children


def makefile_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_the_two_commands_of_the_readme_exist() -> None:
    """A stranger types `make demo` and `make test`, as the README says."""
    named = set(re.findall(r"\bmake ([a-z]+)", README.read_text("utf-8")))
    assert {"demo", "test"} <= named
    assert named <= makefile_targets()


def test_every_bloc_command_of_the_readme_exists() -> None:
    """A command that the README shows is one that can be typed."""
    text = README.read_text("utf-8")
    named = set(re.findall(r"(?:^|`|\$ |/bin/)bloc ([a-z]+)", text, re.MULTILINE))
    assert named <= {name for name, _, _ in COMMANDS}


@pytest.mark.parametrize(("name", "place"), [(name, place) for name, place, _ in COMMANDS])
def test_every_listed_command_can_be_loaded(name: str, place: str) -> None:
    """The list of commands names real ones: a command is imported only when it is typed."""
    module, attribute = place.split(":")
    assert hasattr(import_module(module), attribute), name


def test_help_names_every_target() -> None:
    """`make` alone lists what there is."""
    listed = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert listed == makefile_targets()


def test_every_setting_is_in_the_example() -> None:
    """Whoever looks for a setting finds it in .env.example, with what it is for."""
    named = {
        name.removesuffix("_FILE")
        for path, text in project_texts()
        if path.startswith(("bloc/", "contracts/", "services/", "docker-compose.yml"))
        for name in re.findall(r"\bBLOC_[A-Z][A-Z_]*[A-Z]\b", text)
    }
    shown = {
        name.removesuffix("_FILE") for name in re.findall(r"\bBLOC_[A-Z_]+", ENVIRONMENT.read_text("utf-8"))
    }
    assert named - shown - SET_BY_US == set()
