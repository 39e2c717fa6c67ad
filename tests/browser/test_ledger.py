"""The guardian's ledger on a real browser: behind the printed query code, without scripts, small."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Demo, open_page
from tests.browser.guides import query_code_of
from tests.browser.test_guardian import FIRST_VIEW_BYTES


def opened(demo: Demo, browser: Browser, **options: Any) -> Any:
    """The ledger of the last sheet to try, opened with the code that is printed on it."""
    page = open_page(browser, demo.page(2), **options)
    page.locator("a[href*='/ledger']").click()
    code = query_code_of(demo.environment, demo.codes[2])
    page.fill("#query_code", f"{code[:4]} {code[4:]}")
    page.click("button[type=submit]")
    return page


@pytest.mark.main_journey
def test_the_printed_code_opens_the_ledger_without_scripts(demo: Demo, browser: Browser) -> None:
    page = opened(demo, browser, java_script_enabled=False)

    expect(page.get_by_role("heading", name="照片在哪里")).to_be_visible()
    expect(page.get_by_role("heading", name="更正办理到哪一步")).to_be_visible()
    expect(page.get_by_role("heading", name="谁做过什么")).to_be_visible()
    assert page.url.partition("?")[0].endswith("/ledger")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_ledger_has_no_accessibility_violations_and_fits_a_narrow_phone(
    demo: Demo, browser: Browser, locale: str
) -> None:
    page = opened(demo, browser, locale=locale)

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_door_of_the_ledger_has_no_accessibility_violations(
    demo: Demo, browser: Browser, locale: str
) -> None:
    page = open_page(browser, f"{demo.page(2)}/ledger", locale=locale)

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_whole_way_to_the_ledger_is_small(demo: Demo, browser: Browser) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    sizes: list[float] = []
    line.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(f"{demo.page(2)}/ledger", wait_until="networkidle")

    assert 0 < sum(sizes) <= FIRST_VIEW_BYTES
