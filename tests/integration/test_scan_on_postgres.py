"""Scan with many workers at once: a photo and the news of its sheet never miss each other."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.servers.postgres import PostgreSQL
from shared.kernel.ids import SheetId
from shared.plumbing.migrations import downgrade
from tests.unit.scan.house import House, a_code

SHEETS = [SheetId(f"{number:012x}") for number in range(1, 61)]


@pytest.fixture
def house(postgres: PostgreSQL, tmp_path: Path) -> Iterator[House]:
    url = postgres.url("test_scan")
    made = House(tmp_path, url)
    yield made
    made.database.dispose()
    downgrade("scan", url)
    postgres.drop("test_scan")


def together(*works: list) -> None:
    """Do the lists of works at the same time, step by step."""
    barrier = threading.Barrier(len(works), timeout=30)
    failures: list[BaseException] = []

    def run(steps: list) -> None:
        try:
            for step in steps:
                barrier.wait()
                step()
        except BaseException as failure:
            failures.append(failure)
            barrier.abort()

    threads = [threading.Thread(target=run, args=(steps,)) for steps in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_photo_read_in_the_moment_of_its_issue_is_matched_all_the_same(house: House) -> None:
    together(
        [lambda sheet=sheet: house.issue(sheet) for sheet in SHEETS],
        [lambda sheet=sheet: house.photo(a_code(sheet), ticket=sheet) for sheet in SHEETS],
    )

    assert [sheet for sheet in SHEETS if len(house.counting(sheet)) != 1] == []


def test_two_photos_of_one_side_at_the_same_moment_never_both_count(house: House) -> None:
    house.issue(*SHEETS)
    photos = [lambda sheet=sheet: house.photo(a_code(sheet), ticket=sheet) for sheet in SHEETS]
    together(photos, photos)

    assert [sheet for sheet in SHEETS if len(house.counting(sheet)) != 1] == []
    assert len(house.said("sheet_returned")) == len(SHEETS)
