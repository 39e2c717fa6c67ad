import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.plumbing import embedded
from tests.integration.bus_house import House, until

ROOT = Path(__file__).parents[2]
FACTS, KILLS = 1500, 5


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.integration.embedded_process", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, embedded.URL)  # only its databases: the bus is in the other process
    yield house
    house.close()


@pytest.mark.slow
def test_an_embedded_house_that_is_killed_again_and_again_loses_and_repeats_nothing(
    house: House, tmp_path: Path
) -> None:
    chance = random.Random(7)
    for kill in range(KILLS):
        process = start(tmp_path)
        house.say(*range(kill * FACTS // KILLS, (kill + 1) * FACTS // KILLS))
        before = len(house.heard())
        assert until(lambda before=before: len(house.heard()) > before, 20)
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        process.wait()
    process = start(tmp_path)
    try:
        assert until(lambda: len(house.heard()) >= FACTS, 30)
    finally:
        process.kill()
        process.wait()

    assert house.heard() == list(range(FACTS))
