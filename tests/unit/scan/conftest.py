from collections.abc import Iterator
from pathlib import Path

import pytest

from services.scan.cells.child import prepare
from shared.plumbing.offload import ProcessPool
from tests.unit.scan.desk import MATCHED, Desk
from tests.unit.scan.house import OTHER, SHEET, House
from tests.unit.scan.pictures import Paper, print_paper


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Scan before anything was issued."""
    return House(tmp_path)


@pytest.fixture
def issued(house: House) -> House:
    """Scan with two sheets issued."""
    house.issue(SHEET, OTHER)
    return house


@pytest.fixture(scope="session")
def paper() -> Paper:
    return print_paper()


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPool]:
    pool = ProcessPool(1, prepare)
    yield pool
    pool.close()


@pytest.fixture
def desk(tmp_path: Path, pool: ProcessPool, paper: Paper) -> Iterator[Desk]:
    """Whatever a test sends in, the next good photo is read."""
    desk = Desk(tmp_path, pool, paper)
    yield desk
    assert desk.ending(paper.small) == MATCHED
