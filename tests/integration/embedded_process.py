# ruff: noqa: E402  # eventlet patches the standard library before anything else is imported
"""The toy house on the embedded bus in a process of its own, for tests that kill it.

Usage: python -m tests.integration.embedded_process FOLDER
"""

import eventlet

eventlet.monkey_patch()

import sys
from pathlib import Path

import sqlalchemy as sa

from shared.plumbing import embedded, topology
from shared.plumbing.database import Database
from shared.plumbing.declare import declare
from shared.plumbing.hears import Heard, hears
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.recovery import say_unsettled_again
from shared.plumbing.runner import config_for, run_services
from shared.plumbing.topology import plans_of
from tests.unit.plumbing.toys import (
    PROVINCE,
    SpeakerService,
    ToySaid,
    effects,
    handed_over,
)


class SlowHearer:
    """Works for a moment between hearing and effect, and fails now and then."""

    name = "hearer"
    database = DatabaseProvider()

    @hears(ToySaid, per_province=True, max_attempts=50)
    def on_toy(self, heard: Heard[ToySaid]) -> None:
        eventlet.sleep(0.01)
        if heard.attempt == 1 and heard.fact.number % 10 == 0:
            raise RuntimeError
        with heard.transaction() as tx:
            tx.execute(sa.insert(effects), {"number": heard.fact.number})


def main() -> None:
    topology.DELAYS_S = (1, 1, 1, 1)
    environment = handed_over(Path(sys.argv[1]))
    classes = [SpeakerService, SlowHearer]
    plans = plans_of(classes, [PROVINCE])
    databases = {
        name: Database(name, environment[f"HECHA_{name.upper()}_DATABASE_URL"])
        for name in ("speaker", "hearer")
    }
    say_unsettled_again(databases, plans)
    declare(embedded.URL, plans)
    run_services(classes, config_for(embedded.URL, environment)).wait()


if __name__ == "__main__":
    main()
