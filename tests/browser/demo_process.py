"""A demo in a process of its own that stays up: for tests in a browser, and for the guides."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY_S = 600  # the whole walk, on a machine that may be crowded
END_S = 60
_LOOK_S = 0.2


class DemoEndedError(RuntimeError):
    """The demo did not come up; the message is what it said."""


@contextmanager
def demo_at(folder: Path, *more: str) -> Iterator[None]:
    """A demo of a small province that is up; one school's returned sheets are left to be entered.

    Args:
        folder: where it lies.
        more: other options of the demo.

    Raises:
        DemoEndedError: it did not come up in time.
    """
    command = [sys.executable, "-m", "deploy.demo", "--pupils", "60", "--photos", "16"]
    said = folder.parent / "demo.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--leave-work", "--folder", str(folder), *more],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": "."},
        )
    try:
        deadline = time.monotonic() + READY_S
        while not (folder / "done").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoEndedError(said.read_text(encoding="utf-8"))
            time.sleep(_LOOK_S)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(END_S)
