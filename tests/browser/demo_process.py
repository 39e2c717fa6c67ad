"""A demo in a process of its own that stays up: for tests in a browser, and for the guides."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.coming_up import await_up

READY_S = 600  # the whole walk, on a machine that may be crowded
END_S = 60


@contextmanager
def demo_at(folder: Path, *more: str) -> Iterator[None]:
    """A demo of a small province that is up; one school's returned sheets are left to be entered.

    Args:
        folder: where it lies.
        more: other options of the demo.

    Raises:
        NotUpError: it did not come up in time.
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
        await_up(process, said, (folder / "done").exists, READY_S)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(END_S)
