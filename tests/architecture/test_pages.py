"""The pages for people hang together: every link leads somewhere, and every page can be found from the README."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    """A page without its examples."""
    return _FENCED.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    """Where a page leads within the project."""
    return [link for link in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_heading_that_is_there(page: Path) -> None:
    """Links outside the project are not followed."""
    for link in links(page):
        name, _, heading = link.partition("#")
        place = page.parent / name if name else page
        assert place.exists(), f"{page.name}: {link}"
        assert not heading or heading in anchors(place), f"{page.name}: {link}"


def test_every_page_is_named_in_the_readme() -> None:
    """A stranger begins there."""
    named = {(ROOT / link.partition("#")[0]).resolve() for link in links(ROOT / "README.md")}
    assert {page.name for page in PAGES if page.resolve() not in named} <= {"README.md"}
