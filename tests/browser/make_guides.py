"""`./run guides`: pictures and printed copies of the guides, from a demo that it starts and ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser import guides

READY_S = 900
END_S = 60
_LOOK_S = 0.5


class DemoEndedError(RuntimeError):
    """The demo did not come up; the message is the end of what it said."""


@contextmanager
def demo_at(folder: Path) -> Iterator[None]:
    """A demo of a small province that is up.

    Raises:
        DemoEndedError: it did not come up in time.
    """
    command = [sys.executable, "-m", "deploy.demo", "--pupils", "60", "--photos", "16"]
    said = folder.parent / "demo.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--leave-work", "--folder", str(folder)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": "."},
        )
    try:
        deadline = time.monotonic() + READY_S
        while not (folder / "done").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoEndedError(said.read_text(encoding="utf-8")[-2000:])
            time.sleep(_LOOK_S)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(END_S)


def main() -> int:
    """Make them in the folder that the command line names."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("var/guides")
    with tempfile.TemporaryDirectory(prefix="hecha-guides-") as name:
        folder = Path(name) / "demo"
        print("guides: starting a demo, about a minute", file=sys.stderr)
        try:
            with demo_at(folder):
                guides.main([str(folder), str(out)])
        except DemoEndedError as ended:
            print(f"guides: the demo did not come up\n{ended}", file=sys.stderr)
            return 1
    print(f"guides: pictures and PDFs lie in {out}; the portal shows them after its next start")
    return 0


if __name__ == "__main__":
    sys.exit(main())
