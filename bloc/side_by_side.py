"""Steps that run at the same time and end together: like asyncio.TaskGroup, but a fault comes out as itself.

TaskGroup wraps every fault in a group, and what a person should read (`Trouble`) would be told as a traceback.
"""

import asyncio
from collections.abc import Coroutine


async def all_of(*steps: Coroutine[None, None, None]) -> None:
    """Run steps side by side. The first fault ends the others, and is raised when none is under way any more."""
    tasks = [asyncio.create_task(step) for step in steps]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        ended = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in ended:
        task.result()
