import pytest

from deploy.rehearse.photos.paper import ColourImage, coloured
from shared.layout.model import Layout
from shared.layout.registry import layout
from tests.unit.scan.pictures import Paper, print_paper


@pytest.fixture(scope="session")
def paper() -> Paper:
    return print_paper()


@pytest.fixture
def sheet(paper: Paper) -> Layout:
    found = layout(paper.layout)
    assert found is not None
    return found


@pytest.fixture
def page(paper: Paper) -> ColourImage:
    return coloured(paper.grey)
