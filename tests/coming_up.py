"""Waiting for a process that a test has started, with what it said when it does not come up."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

_LOOK_S = 0.2


class NotUpError(RuntimeError):
    """It did not come up; the message is what it said."""


def await_up(
    process: subprocess.Popen[bytes], said: Path, is_up: Callable[[], bool], ready_s: float
) -> None:
    """Wait while a process comes up.

    Args:
        process: which was started.
        said: where its words go.
        is_up: whether it is.
        ready_s: how long that may take.

    Raises:
        NotUpError: it ended, or takes too long.
    """
    deadline = time.monotonic() + ready_s
    while not is_up():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotUpError(said.read_text(encoding="utf-8"))
        time.sleep(_LOOK_S)
