"""Browser, demo and the people in it.

Every test of a demo runs in the embedded house; those marked `main_journey` also in one on real
servers, unchanged.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from deploy.environment_file import NAME, read_environment
from tests.browser.demo_process import demo_at
from tests.conftest import REAL_SERVERS, lacking
from tests.real_house import a_house_up

EMBEDDED, REAL = "embedded", "real servers"
LAPTOP = {"width": 1366, "height": 768}
# What is expected comes at once on an idle machine; the tests share theirs with a whole house.
expect.set_options(timeout=20_000)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Demo:
    """A demo that stays up."""

    folder: Path
    environment: dict[str, str]
    codes: list[str]

    @property
    def base(self) -> str:
        """The guardians' edge."""
        return f"http://{self.environment['HECHA_GATEWAY_ADDRESS']}"

    @property
    def portal(self) -> str:
        """The staff's edge."""
        return f"http://{self.environment['HECHA_PORTAL_ADDRESS']}"

    def page(self, number: int = 0) -> str:
        return f"{self.base}/s/{self.codes[number]}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "demo" not in metafunc.fixturenames:
        return
    houses: list[Any] = [EMBEDDED]
    if metafunc.definition.get_closest_marker("main_journey") is not None:
        houses.append(pytest.param(REAL, marks=pytest.mark.real))
    metafunc.parametrize("demo", houses, indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The house on real servers stays until the end: what needs no such house comes before it."""
    items.sort(key=_is_on_real_servers)


def _is_on_real_servers(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    return call is not None and call.params.get("demo") == REAL


@pytest.fixture(scope="session")
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    if request.param == EMBEDDED:
        folder = tmp_path_factory.mktemp("browser") / "demo"
        with demo_at(folder):
            yield _demo(folder, folder)
        return
    for server in REAL_SERVERS:
        request.getfixturevalue(server)  # they only say that it is installed
    # The accounts of the servers cannot walk to pytest's own folders.
    place = Path(tempfile.mkdtemp(prefix="hecha-browser-"))
    place.chmod(0o711)
    try:
        with a_house_up(place), demo_at(place / "demo", "--at", str(place / "up")):
            yield _demo(place / "demo", place / "up")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _demo(folder: Path, house: Path) -> Demo:
    codes = json.loads((folder / "try.json").read_text())
    return Demo(folder, read_environment(house / NAME), codes)


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
