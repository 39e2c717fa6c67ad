"""Python's search for cycles, put off while much is made that has none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS_BETWEEN_LOOKS = 200_000


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles less often: over rows of a file each look costs a tenth of all work."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
