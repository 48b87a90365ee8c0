"""How the demo asks: one read of the services' public views, and one comparison with what the answer must be."""

from typing import Any

from bloc.demo.play import Stage
from bloc.trouble import Trouble


def same(example: str, got: object, wanted: object) -> str:
    """The answer as text, if it is what it must be. Raises Trouble with the name of the example."""
    if got != wanted:
        raise Trouble(
            f"{example} must be {wanted!r}, and the services say {got!r}.",
            "This is a defect; please report it.",
        )
    return str(got)


async def read(stage: Stage, path: str, **params: Any) -> dict[str, Any]:
    """A view of the tariffs service. Raises Trouble when there is none."""
    answer = await stage.bloc.read(path, **params)
    if answer.status != 200:
        raise Trouble(
            f"{path} was answered {answer.status}: {answer.document}", "This is a defect; please report it."
        )
    return answer.document
