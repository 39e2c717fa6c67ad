from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.plumbing.database import Database

FULL, NORMAL = 2, 1  # SQLite's levels


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database("toys", f"sqlite:///{tmp_path / 'toys.db'}")
    yield database
    database.dispose()


def level(database: Database, *, lasting: bool) -> int:
    with database.transaction(lasting=lasting) as tx:
        return int(tx.execute(sa.text("pragma synchronous")).scalar_one())


def test_only_what_need_not_last_does_not_wait_for_the_disk(database: Database) -> None:
    told = [level(database, lasting=lasting) for lasting in (True, False, False, True)]

    assert told == [FULL, NORMAL, NORMAL, FULL]


def test_a_transaction_that_failed_leaves_the_next_one_its_own_level(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction(lasting=False):
        1 // 0  # noqa: B018  # it is to fail

    assert level(database, lasting=True) == FULL
