"""What staff meet: signing in, the board, and deciding, on a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from shared.kernel.authority import Role
from tests.browser import people
from tests.browser.conftest import Demo, open_menu

NARROW = {"width": 320, "height": 640}
PAGES = ("/", "/progress", "/decide")


@pytest.fixture(scope="session")
def signed_in(demo: Demo, browser: Browser) -> Callable[..., Any]:
    """Opens a page of the staff's edge as a person in a role."""

    def open_as(role: Role, path: str, **options: Any) -> Any:
        kept = next(iter(people.accounts(demo, role).values()))
        return people.signed_in(browser, demo, kept, path, **{"viewport": NARROW, **options})

    return open_as


def test_a_leader_signs_in_and_sees_how_far_the_school_is(signed_in: Callable[..., Any]) -> None:
    page = signed_in(Role.SCHOOL_LEADER, "/progress")

    expect(page.locator("h1")).to_contain_text("小学")
    expect(page.get_by_role("rowheader", name="审核完毕")).to_be_visible()


def test_a_leader_whose_queue_is_empty_is_told_so(signed_in: Callable[..., Any]) -> None:
    page = signed_in(Role.SCHOOL_LEADER, "/decide")

    expect(page.get_by_text("没有等待审核的变更")).to_be_visible()


def test_signing_out_closes_every_page(signed_in: Callable[..., Any]) -> None:
    page = signed_in(Role.REGISTRAR, "/progress")
    open_menu(page)
    page.get_by_role("button", name="退出").click()
    page.goto(page.url.partition("/sign-in")[0] + "/progress")

    expect(page.locator("#login")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_staff_pages_have_no_accessibility_violations_and_fit_a_narrow_phone(
    signed_in: Callable[..., Any], path: str, locale: str
) -> None:
    page = signed_in(Role.SCHOOL_LEADER, path, locale=locale)

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
