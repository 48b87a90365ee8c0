"""The one list of limits: each stands once, says what it bounds, and fits the others."""

import ast
import re
from pathlib import Path

import pytest

import migrations
from contracts import limits


def test_each_limit_is_defined_once_and_says_what_it_bounds():
    """Many hands add to this list; a second definition would silently win, a bare number tells nobody anything."""
    files = sorted(Path(limits.__file__).parent.glob("*.py"))
    bodies = [ast.parse(file.read_text("utf-8")).body[1:] for file in files if file.name != "__init__.py"]
    body = [statement for one in bodies for statement in one]
    names: list[str] = []
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(statement, ast.Assign):
            continue
        (target,) = statement.targets
        assert isinstance(target, ast.Name)
        names.append(target.id)
        documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        assert documented, f"{target.id} has no line that says what it bounds"
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("migration", ["0011_make_partitions.sql", "0012_partitions_ahead.sql"])
def test_the_database_cuts_partitions_as_the_limit_says(migration: str):
    """SQL cannot import the number, so it is held against it here."""
    text = (Path(migrations.__file__).parent / "sql" / migration).read_text("utf-8")
    assert str(limits.PARTITION_POSITIONS) in re.findall(r"[0-9]+", text)


def test_what_must_fit_into_something_else_does():
    """An event into an entry, a submission into a draft, a draft into a message, a batch into what the server takes."""
    assert limits.EVENT_BYTES_MAX + limits.STAMP_BYTES_MAX + 1 == limits.ENTRY_BYTES_MAX < 2**16
    assert limits.SIGNATURE_BYTES_MAX + limits.DECISION_BYTES_MAX < limits.STAMP_BYTES_MAX
    assert limits.SUBMISSION_BYTES_MAX < limits.DRAFT_BYTES_MAX < limits.NATS_PAYLOAD_BYTES_MAX
    assert limits.SUBMISSION_EVENTS_MAX <= limits.DRAFT_EVENTS_MAX
    assert limits.PUBLISH_BATCH_DRAFTS_MAX <= limits.ATOMIC_BATCH_MESSAGES_MAX
    assert limits.FACTS_BATCH_MAX <= limits.ATOMIC_BATCH_MESSAGES_MAX
    assert limits.WAIT_SECONDS_DEFAULT <= limits.WAIT_SECONDS_MAX < limits.STALE_SECONDS_MAX
