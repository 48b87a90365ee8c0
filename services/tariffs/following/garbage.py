"""Reading a whole record makes millions of values that stay, and hardly any garbage that only a collector would find:
looking through all of them again and again costs a fifth of folding, and finds nothing."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_looks_for_garbage() -> Generator[None]:
    """Until the end of the block nobody in this process looks for cyclic garbage; as before after it."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()
