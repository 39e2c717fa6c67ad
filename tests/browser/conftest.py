import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.environment_file import read_environment
from tests.browser.demo_process import demo_at
from tests.conftest import lacking

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Demo:
    """A demo that stays up."""

    folder: Path
    base: str
    codes: list[str]

    def page(self, number: int = 0) -> str:
        return f"{self.base}/s/{self.codes[number]}"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("browser") / "demo"
    with demo_at(folder):
        address = read_environment(folder / "environment")["HECHA_GATEWAY_ADDRESS"]
        yield Demo(folder, f"http://{address}", json.loads((folder / "try.json").read_text()))


@pytest.fixture(scope="session")
def browser() -> Browser:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        lacking("Chromium is not installed")
    # Never stopped: its event loop does not end under a patched standard library, and its
    # processes go with their pipe when the tests end.
    playwright = sync_playwright().start()
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


@pytest.fixture(scope="session")
def seated(demo: Demo, browser: Browser) -> Callable[..., Any]:
    """Opens a page of the staff's edge as the person of a role whom the demo's door lets in.

    Some roles sit at several places; `seat` says which of them, from 0.
    """
    door = (demo.folder / "door").read_text()

    def open_as(role: str, path: str, *, seat: int = 0, **options: Any) -> Any:
        page = open_page(browser, door, **options)
        page.get_by_role("button", name=role).nth(seat).click()
        page.wait_for_selector(".menu", state="attached")
        base = page.url.split("/", 3)
        page.goto(f"{base[0]}//{base[2]}{path}")
        return page

    return open_as


@pytest.fixture(autouse=True)
def pages_end_with_their_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that was slowed down goes on working hard for ever, at the cost of the next test.

    What a fixture of a longer scope has opened was there before, and stays.
    """
    browser: Browser | None = None
    if "browser" in request.fixturenames:
        browser = request.getfixturevalue("browser")
    before = list(browser.contexts) if browser is not None else []
    yield
    for context in browser.contexts if browser is not None else []:
        if context not in before:
            context.close()


def open_page(browser: Browser, url: str, **options: Any) -> Any:
    """A page on a cheap phone, in Chinese unless told otherwise."""
    settings = {"viewport": {"width": 320, "height": 640}, "locale": "zh-CN", **options}
    page = browser.new_context(**settings).new_page()
    page.goto(url)
    return page


def open_menu(page: Any) -> None:
    """On a phone the menu and the way out are behind one word; elsewhere they are there."""
    drawer = page.locator("label.drawer")
    if drawer.is_visible():
        drawer.click()
