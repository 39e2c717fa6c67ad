"""Entering, confirming and deciding on a real browser, by the keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from shared.kernel.authority import Role
from tests.browser.desk_process import DECIDED, TO_ENTER
from tests.browser.journeys import decide_all, enter_all, serving, signed_in
from tests.unit.review.house import a_sheet

SHEET = f"/entry/sheets/{a_sheet(5)}"
LANE = "/entry/no-change/c12"
PAGES = ("/entry", SHEET, "/entry/no-change", LANE, f"/sheets/{a_sheet(5)}/sides/front")


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("clerk"), Role.REGISTRAR) as base:
        yield base


@pytest.fixture(scope="module")
def leader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("leader"), Role.SCHOOL_LEADER) as base:
        yield base


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_pages_of_entering_have_no_accessibility_violations_and_fit_a_narrow_phone(
    clerk: str, browser: Browser, path: str, locale: str
) -> None:
    page = signed_in(browser, clerk, path, locale=locale, viewport={"width": 320, "height": 640})

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


def test_the_decision_page_with_its_pictures_has_no_accessibility_violations(
    leader: str, browser: Browser
) -> None:
    page = signed_in(browser, leader, "/decide", viewport={"width": 320, "height": 640})

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".evidence img").first.evaluate("one => one.naturalWidth") > 100
    page.context.close()


def test_a_side_is_fetched_once_for_all_its_cells_and_saving_fetches_it_not_again(
    clerk: str, browser: Browser
) -> None:
    page = signed_in(browser, clerk, "/entry")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(clerk + SHEET, wait_until="networkidle")
    page.locator("[data-value]").first.fill("13912345678")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("已保存草稿")
    page.wait_for_load_state("networkidle")

    assert len([url for url in fetched if url.endswith("/sides/front.jpg")]) == 1
    page.context.close()


def test_what_is_typed_stays_when_the_session_has_ended(clerk: str, browser: Browser) -> None:
    page = signed_in(browser, clerk, SHEET)
    page.context.clear_cookies()
    page.locator("[data-value]").first.fill("13912349999")
    page.keyboard.press("Enter")

    expect(page.locator("#said")).to_contain_text("登录已过期")
    expect(page.locator("[data-value]").first).to_have_value("13912349999")
    page.context.close()


def test_a_draft_is_kept_when_its_field_is_left(clerk: str, browser: Browser) -> None:
    page = signed_in(browser, clerk, f"/entry/sheets/{a_sheet(7)}")
    page.locator("[data-value]").first.select_option("20")
    page.locator("[data-value]").first.press("Shift+Tab")

    expect(page.locator("#summary")).to_contain_text("一般或较弱")
    page.context.close()


def test_a_sheet_is_entered_without_scripts(clerk: str, browser: Browser) -> None:
    page = signed_in(browser, clerk, SHEET, java_script_enabled=False)
    page.locator("[data-value]").first.fill("13912345678")
    page.get_by_role("button", name="保存").first.click()

    expect(page.locator("#said")).to_contain_text("已保存草稿")
    expect(page.locator("#summary")).to_contain_text("13912345678")
    page.context.close()


def test_a_class_is_confirmed_after_its_sample_by_one_key_each(
    clerk: str, browser: Browser
) -> None:
    page = signed_in(browser, clerk, LANE)
    for number in (1, 2, 3):
        expect(page.locator("#look")).to_contain_text(f"抽查第 {number} 张，共 3 张")
        page.keyboard.press("n")
    expect(page.locator("#all")).to_be_visible()
    page.keyboard.press("n")

    expect(page.get_by_text("已确认 20 张无变更")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("已撤销确认")).to_be_visible()
    page.context.close()


@pytest.mark.slow
def test_twenty_sheets_are_entered_by_fewer_than_four_keys_each(
    browser: Browser, tmp_path: Path
) -> None:
    with serving(tmp_path, Role.REGISTRAR) as base:
        page = signed_in(browser, base, "/entry")
        hands = enter_all(page)
        expect(page.get_by_text("没有等待逐张办理的表了")).to_be_visible()

    assert hands.keys / len(TO_ENTER) < 4


@pytest.mark.slow
def test_fifty_decisions_take_hardly_more_than_a_key_each(leader: str, browser: Browser) -> None:
    page = signed_in(browser, leader, "/decide")
    hands, decided = decide_all(page, returned=3, rejected=2)

    assert decided == len(DECIDED)
    assert hands.keys / decided < 1.5
    page.context.close()
