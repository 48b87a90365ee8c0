"""docs/questions.md itself: each question says who asks and what to type, and has a test of its own."""

import re
from pathlib import Path

from tests.flow.documents import PROJECT, blocks
from tests.questions.page import PAGE, differences, lines_missing, questions

HERE = Path(__file__).parent


def numbers_tested() -> set[int]:
    """Numbers of the questions that a test is named after."""
    sources = "".join(path.read_text("utf-8") for path in HERE.glob("test_*_questions.py"))
    return {int(number) for number in re.findall(r"def test_question_(\d\d)_", sources)}


def test_there_are_twenty_seven_questions() -> None:
    """None is left out, and each is on the page once."""
    assert sorted(questions()) == list(range(1, 28))
    assert (PROJECT / PAGE).read_text("utf-8").count("\n### ") == 27


def test_every_question_says_who_asks_and_what_to_type() -> None:
    """A heading that ends in a question mark, an asker, a command and a part of its answer."""
    for question in questions().values():
        assert question.title.endswith("?"), question.title
        assert "\nAsked by " in question.text, question.title
        assert question.steps, question.title
        assert all(step.shown for step in question.steps), question.title


def test_every_question_has_its_test() -> None:
    """No answer on the page is only believed."""
    assert numbers_tested() == set(questions())


def test_no_command_of_the_page_is_left_untyped() -> None:
    """Blocks marked `sh` are typed by the tests: those of the questions, about following an answer, about a copy."""
    steps = sum(len(question.steps) for question in questions().values())
    following = blocks(PAGE, "sh", "From an answer to the signed event")
    copied = blocks(PAGE, "sh", "The same answer from a copy")
    assert (PROJECT / PAGE).read_text("utf-8").count("\n```sh\n") == steps + len(following) + len(copied)


def test_a_shown_part_is_missed_when_it_is_not_answered() -> None:
    """The comparison that all tests here rest on finds a wrong value, a missing member, a wrong order."""
    answered = {"position": 7, "lines": [{"amount": "1.00"}, {"amount": "2.00"}], "because": "no member"}
    assert not differences({"position": 9, "lines": [{"amount": "2.00"}], "because": "no …"}, answered)
    assert differences({"position": "7"}, answered)
    assert differences({"lines": [{"amount": "3.00"}]}, answered)
    assert differences({"lines": [{"amount": "2.00"}, {"amount": "1.00"}]}, answered)
    assert differences({"lines": [{"amount": "1.00"}, {"amount": "1.00"}]}, answered)
    assert differences({"total": "3.00"}, answered)
    assert differences({"because": "no … area"}, answered)
    assert not lines_missing("late: …\nlag of …: 3\n", "late: 9\nlag of us.trade: 3\n")
    assert lines_missing("lag of …: 3\nlate: …\n", "late: 9\nlag of us.trade: 3\n")
