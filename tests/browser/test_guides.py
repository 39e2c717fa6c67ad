"""The guides' pictures and printed copies are made from the pages as they are."""

import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser

from services.portal.pages.help.guides import NAMES, pictures_in
from tests.browser.conftest import Demo
from tests.browser.guides import SHOTS

MAKING_S = 300
MOST_PAGES = {"registrar": 4, "teacher": 4, "guardian": 1}


@pytest.fixture(scope="module")
def made(demo: Demo, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made as a person makes them, by the script: a browser of its own, an end in any case."""
    out = tmp_path_factory.mktemp("guides")
    command = [sys.executable, "-m", "tests.browser.guides", str(demo.folder), str(out)]
    subprocess.run(command, check=True, timeout=MAKING_S)
    return out


def test_every_picture_of_the_guides_is_taken_and_no_other() -> None:
    assert set(SHOTS) == {picture for name in NAMES for picture in pictures_in(name)}


@pytest.mark.parametrize("picture", sorted(SHOTS))
def test_a_picture_shows_a_page(made: Path, picture: str) -> None:
    assert (made / picture).stat().st_size > 10_000


@pytest.mark.parametrize("name", NAMES)
def test_a_printed_guide_is_short(made: Path, name: str) -> None:
    document = pypdfium2.PdfDocument(made / f"{name}.pdf")
    try:
        pages = len(document)
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()

    assert 1 <= pages <= MOST_PAGES[name]
    assert "指南" in text
