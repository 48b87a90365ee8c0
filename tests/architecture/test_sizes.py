"""Small files and small functions: a god file is what spoils most ledgers."""

import ast

from tests.architecture.source_tree import python_files, shown, tree_of

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 50


def test_no_file_is_longer_than_300_lines() -> None:
    """A file that grows past 300 lines holds two concepts: it must be cut."""
    long = {
        shown(path): lines
        for path in python_files()
        if (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES_MAX
    }
    assert long == {}


def test_no_function_is_longer_than_50_lines() -> None:
    """A function fits on one screen, its decorators and docstring included."""
    long = [
        f"{shown(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert long == []
