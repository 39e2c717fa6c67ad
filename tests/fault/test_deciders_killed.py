"""Processes that decide are killed at random: every decision is made once, and none is lost."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from deploy.servers.postgres import PostgreSQL
from shared.kernel.clock import utc_now
from shared.plumbing.migrations import upgrade
from tests.bench.open_decisions import add_open_decisions
from tests.unit.review.house import House

TASKS, PROCESSES, KILLS, WITHIN_S = 80, 3, 8, 240
FIRST_PERSON = 7000


@pytest.fixture
def house(postgres: PostgreSQL) -> Iterator[House]:
    url = postgres.url("test_review_killed")
    upgrade("review", url)
    made = House.on(url)
    made.clock.at = utc_now()
    made.hear(made.a_witness())
    yield made
    made.database.dispose()
    postgres.drop("test_review_killed")


def start(house: House, person: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fault.decider_process", house.database.url, str(person)],
        env={**os.environ, "PYTHONPATH": ".", "PSYCOPG_WAIT_FUNC": "wait_selector"},
        stderr=subprocess.PIPE,
    )


def test_every_decision_is_made_once_while_deciders_are_killed(house: House) -> None:
    entries = add_open_decisions(house, TASKS)
    chance, people = random.Random(1), iter(range(FIRST_PERSON, FIRST_PERSON + 100))
    running = [start(house, next(people)) for _ in range(PROCESSES)]
    deadline = time.monotonic() + WITHIN_S
    try:
        before, killed = 0, 0
        while killed < KILLS and any(one.poll() is None for one in running):
            assert time.monotonic() < deadline
            decided = len(house.said("change_approved"))
            if decided == before:  # kill only whoever has begun to work
                time.sleep(0.1)
                continue
            before = decided
            place = chance.randrange(PROCESSES)
            running[place].kill()
            running[place].wait()
            killed += 1
            running[place] = start(house, next(people))
        for one in running:
            assert one.wait(max(1.0, deadline - time.monotonic())) == 0, one.stderr
    finally:
        for one in running:
            one.kill()
            one.wait()

    approved = [one.entry for one in house.said("change_approved")]
    assert killed == KILLS
    assert sorted(approved) == sorted(entries)
