from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.review.house import House, a_return, an_issue


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with one sheet that is back at school."""
    made = House.at(tmp_path).hear(an_issue(1, 2, 3), a_return(1), a_return(2))
    yield made
    made.database.dispose()
