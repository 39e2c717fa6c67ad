"""Every page that a role finds by following links, as the person the demo's door lets in.

One page of each kind: ids in an address make no new kind. What holds for all of them: nothing for axe to find in either language, no wider than a narrow
phone or a small laptop, one heading, no error of a script. `HECHA_SCREENS` names a folder that
gets a picture of each, to be looked at.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Demo, open_page

SEATS = 11
FEWEST = 4  # kinds of pages that even the least of roles has
NARROW, LAPTOP = {"width": 320, "height": 640}, {"width": 1366, "height": 768}
# Pages of several roles are the same page; axe, the dearest of the checks, looks at each once.
_looked_at: set[tuple[str, str]] = set()


@pytest.fixture
def wrong() -> Iterator[list[str]]:
    """What scripts of the pages complained of."""
    told: list[str] = []
    yield told
    assert told == []


@pytest.mark.parametrize("seat", range(SEATS))
def test_every_page_of_a_role_is_whole_and_fits_and_can_be_used_by_everybody(
    demo: Demo, browser: Browser, seat: int, wrong: list[str]
) -> None:
    page = open_page(browser, (demo.folder / "door").read_text())
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: wrong.append(f"{said.text} {said.location}") if said.type == "error" else None,
    )
    page.get_by_role("button", name="进入").nth(seat).click()
    page.wait_for_selector(".menu", state="attached")
    base = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    seen: set[str] = set()
    paths = ["/"]
    while paths:
        path = paths.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        for language in ("zh", "en"):
            answer = page.goto(f"{base}{path}{'&' if '?' in path else '?'}lang={language}")
            assert answer is not None
            assert answer.status == 200, path
            look_at(page, path, language, seat)
        paths += links_of(page)
    assert len(seen) >= FEWEST


def test_the_demo_lets_in_as_many_people_as_are_walked_here(demo: Demo, browser: Browser) -> None:
    page = open_page(browser, (demo.folder / "door").read_text())

    assert page.get_by_role("button", name="进入").count() == SEATS


def kind_of(path: str) -> str:
    """What an address is of: the same for all units, sheets, accounts and choices in a list."""
    bare = path.partition("?")[0]
    return re.sub(r"[0-9a-f]{12,}|[^/]*\d[^/]*", "*", bare)


def links_of(page: Page) -> list[str]:
    """Where a page leads to within the house: pages, not files."""
    found = page.locator("a[href^='/']:not([download], [target])").evaluate_all(
        "all => all.map((a) => a.getAttribute('href'))"
    )
    return [one for one in found if not re.search(r"\.(pdf|xlsx|jpg|json|zip)(\?|$)", one)]


def look_at(page: Page, path: str, language: str, seat: int) -> None:
    """Hold one page against what holds for all."""
    where = f"{path} in {language} of person {seat}"
    assert page.locator("h1").count() == 1, where
    for size in (LAPTOP, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a size
        assert width_of(page) <= size["width"], f"{where} at {size['width']}"
        keep_picture(page, f"{seat:02}{path}-{language}-{size['width']}")
    if (kind_of(path), language) not in _looked_at:
        _looked_at.add((kind_of(path), language))
        assert Axe().run(page).response["violations"] == [], where


def width_of(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth")


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("HECHA_SCREENS"):
        file = re.sub(r"[^\w.-]+", "_", name)
        page.screenshot(path=str(Path(folder) / f"{file}.png"), full_page=True)
