import pytest

from tests.unit.scan.pictures import Paper, print_paper


@pytest.fixture(scope="session")
def paper() -> Paper:
    return print_paper()
