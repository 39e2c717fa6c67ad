"""The trace a piece of work belongs to, as a W3C `traceparent`.

Kept per thread of work: a context variable, which green threads and OS threads both honour.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("hecha_traceparent", default=None)


def new_traceparent() -> str:
    """A fresh trace: version 00, random trace and span ids, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def current() -> str | None:
    """The trace of the work at hand; None outside any."""
    return _current.get()


def trace_id(traceparent: str | None) -> str | None:
    """The 32 hex digits that a log line carries; None where there is no trace."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) == 4 else None


@contextmanager
def traced(traceparent: str | None) -> Iterator[str]:
    """Work under a trace, a fresh one when none came with it."""
    value = traceparent or new_traceparent()
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)
