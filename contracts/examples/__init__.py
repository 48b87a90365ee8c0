"""One valid event of each type, as the bytes that its author would sign: read it, change it, post it.

They are served beside the schemas and used by tests. Figures are real where the note says nothing and
illustrative where the event says so; the keys are made from known seeds and sign nothing else.
"""

from functools import cache
from importlib.resources import files


@cache
def example_of(type_name: str) -> bytes:
    """The event line of a type, without line feed. KeyError for a type that has none."""
    path = files(__name__) / f"{type_name}.json"
    if not path.is_file():
        raise KeyError(type_name)
    return path.read_bytes().removesuffix(b"\n")
