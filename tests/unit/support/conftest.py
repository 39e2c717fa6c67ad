from collections.abc import Iterator

import pytest

from tests.unit.support.house import House


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.database.dispose()
