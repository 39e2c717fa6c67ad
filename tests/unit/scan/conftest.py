from pathlib import Path

import pytest

from tests.unit.scan.house import OTHER, SHEET, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Scan before anything was issued."""
    return House(tmp_path)


@pytest.fixture
def issued(house: House) -> House:
    """Scan with two sheets issued."""
    house.issue(SHEET, OTHER)
    return house
