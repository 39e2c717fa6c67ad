import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.plumbing.database import Database
from shared.plumbing.embedded import URL
from shared.plumbing.objects import fetch
from shared.plumbing.offload import ProcessPool, thread
from shared.plumbing.publish import EmbeddedPublisher
from shared.plumbing.slow_work import SlowWorkInTransactionError, slow_work
from tests.unit.plumbing.toys import open_house

SLOW: dict[str, Callable[[], object]] = {
    "a native thread": lambda: thread(time.monotonic),
    "a child process": lambda: ProcessPool(1).run(time.monotonic, deadline_s=1),
    "an object store": lambda: fetch("http://127.0.0.1:9/"),
    "the bus": lambda: EmbeddedPublisher(URL).publish([]),
}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database("speaker", open_house(tmp_path)["HECHA_SPEAKER_DATABASE_URL"])


@pytest.mark.parametrize("what", SLOW)
def test_slow_work_inside_a_transaction_fails_loudly(database: Database, what: str) -> None:
    with pytest.raises(SlowWorkInTransactionError), database.transaction():
        SLOW[what]()


def test_slow_work_after_a_transaction_is_fine_also_after_one_that_failed(
    database: Database,
) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction():
        _ = 1 / 0

    slow_work("anything")
    assert thread(abs, -1) == 1
