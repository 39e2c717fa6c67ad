from collections.abc import Iterator

import pytest

from tests.unit.progress.office import Office


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.database.dispose()
