"""Holds everybody to one rule: no slow work while a transaction is open.

A transaction that waits for a bus, a store, another service or a picture blocks other
writers, and on SQLite the whole process. Always on: asking costs less than a microsecond.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_here = threading.local()  # green where the process is patched


class SlowWorkInTransactionError(RuntimeError):
    """Slow work was begun inside a transaction: a bug. Do it before, then open one."""


@contextmanager
def open_transaction() -> Iterator[None]:
    """Around every transaction of this thread."""
    _here.open = getattr(_here, "open", 0) + 1
    try:
        yield
    finally:
        _here.open -= 1


def slow_work(what: str) -> None:
    """Say that slow work begins.

    Raises:
        SlowWorkInTransactionError: a transaction of this thread is open.
    """
    if getattr(_here, "open", 0):
        raise SlowWorkInTransactionError(what)
