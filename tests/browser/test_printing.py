"""A registrar looks at what was printed, and at a sample before printing."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, open_menu, open_page

DRAWN_MS = 30_000


@pytest.fixture
def page(demo: Demo, browser: Browser) -> Page:
    page = open_page(browser, (demo.folder / "door").read_text())
    page.get_by_role("button", name="学籍管理员").first.click()
    page.wait_for_selector(".menu", state="attached")
    open_menu(page)
    page.get_by_role("link", name="打印确认表").first.click()
    return page


@pytest.mark.main_journey
def test_a_sample_of_a_class_is_drawn_and_says_that_it_is_one(page: Page) -> None:
    page.get_by_role("link", name="预览").first.click()

    expect(page.get_by_role("heading", name="样张")).to_be_visible()
    sample = page.locator("img.sheet")
    expect(sample).to_have_js_property("complete", True, timeout=DRAWN_MS)
    assert sample.evaluate("(picture) => picture.naturalWidth") > 1000


def test_what_was_printed_is_listed_with_who_is_missing(page: Page) -> None:
    expect(page.get_by_text("未打印 0 人")).to_be_visible()
    page.get_by_role("region", name="最近的打印").get_by_role("link").first.click()

    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_text("已下载").first).to_be_visible()
