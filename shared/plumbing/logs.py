"""Logs: one JSON object per line, with the trace of the work at hand.

A line carries codes and ids. Whatever a library logs keeps its message; what was raised
is named by its class and place, never by its text, which may hold a value.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from shared.plumbing import tracing

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# Libraries that put arguments, and so perhaps values, into their messages.
_QUIET = ("nameko", "amqp", "kombu", "urllib3", "alembic", "PIL", "eventlet")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": _message(record),
        }
        trace = tracing.trace_id(tracing.current())
        if trace:
            line["trace"] = trace
        line |= {key: str(value) for key, value in record.__dict__.items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def configure(service: str, *, stream: TextIO | None = None, level: str = "INFO") -> None:
    """Send every log of this process to one stream, in our form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _message(record: logging.LogRecord) -> str:
    """The text; a library's arguments are left out, because nobody knows what is in them."""
    if record.name.split(".")[0] in _QUIET and record.args:
        return str(record.msg)
    return record.getMessage()


def _where(trace: Any) -> str:
    """The innermost place of ours that an error passed, or the innermost of all."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    return f"{ours[-1].filename.rsplit('/', 1)[-1]}:{ours[-1].lineno}" if ours else ""
