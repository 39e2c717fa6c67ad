# ruff: noqa: E402  # eventlet patches the standard library before anything else is imported
"""Appends acts 1, 2, 3, ... in bursts until it is killed; says each burst that is committed.

Usage: python -m tests.integration.audit_process URL
"""

import eventlet

eventlet.monkey_patch()

import sys
from contextlib import suppress

from shared.plumbing.inbox import AlreadyHeardError
from tests.unit.audit.house import House, an_act

BURST = 7


def main() -> None:
    house = House(sys.argv[1])
    pool = eventlet.GreenPool()
    for first in range(1, 1_000_000, BURST):
        for number in range(first, first + BURST):
            pool.spawn(hear, house, number)
        pool.waitall()
        print(first + BURST - 1, flush=True)


def hear(house: House, number: int) -> None:
    with suppress(AlreadyHeardError):  # redelivered after the kill
        house.hear(an_act(number), number)


if __name__ == "__main__":
    main()
