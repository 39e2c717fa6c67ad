# ruff: noqa: E402  # eventlet patches the standard library before anything else is imported
"""A hearer in a process of its own, for tests that kill it.

Usage: python -m tests.integration.hearer_process URL FOLDER
"""

import eventlet

eventlet.monkey_patch()

import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from shared.plumbing.hears import Heard, hears
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.runner import config_for, run_services
from tests.unit.plumbing.toys import ToySaid, effects, handed_over

SLOW, KILLER = 100, 666


class DoomedHearer:
    name = "hearer"
    database = DatabaseProvider()
    folder = Path()

    @hears(ToySaid, per_province=True)
    def on_toy(self, heard: Heard[ToySaid]) -> None:
        number = heard.fact.number
        with (self.folder / "begun").open("a") as begun:
            begun.write(f"{number}\n")
        if number == KILLER:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == SLOW and not (self.folder / "be-quick").exists():
            eventlet.sleep(60)
        with heard.transaction() as tx:
            tx.execute(sa.insert(effects), {"number": number})


def main() -> None:
    url, folder = sys.argv[1], Path(sys.argv[2])
    DoomedHearer.folder = folder
    run_services([DoomedHearer], config_for(url, handed_over(folder), max_workers=4)).wait()


if __name__ == "__main__":
    main()
