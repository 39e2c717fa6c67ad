"""A photo whose codes are torn off: sent by a teacher, placed by the registrar, taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Demo
from tests.browser.sheets import shot_of

TEACHER, REGISTRAR = "班主任", "学籍管理员"
READ_MS = 90_000  # beside everything else a machine may have to do


def test_a_photo_nobody_can_name_is_placed_by_a_person_and_may_be_taken_back(
    seated: Callable[..., Any], demo: Demo
) -> None:
    page = seated(TEACHER, "/class")
    torn = shot_of(demo, page, is_torn=True)
    page.get_by_role("link", name="连续拍照上传").click()
    page.set_input_files("#photo", torn)
    page.get_by_role("button", name="上传").click()
    expect(page.locator(".sent li")).to_contain_text("认不出是谁的", timeout=READ_MS)
    page.get_by_role("link", name="认不出的照片").click()
    expect(page.locator("tbody a").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []

    placing = seated(REGISTRAR, "/photos/waiting", viewport={"width": 1366, "height": 768})
    placing.locator("tbody a").first.click()
    picture = placing.locator("img.sheet")
    expect(picture).not_to_have_js_property("naturalWidth", 0, timeout=READ_MS)
    assert Axe().run(placing).response["violations"] == []
    placing.locator("input[name=sheet]").first.check()
    placing.get_by_role("button", name="就是它").click()
    expect(placing.get_by_text("照片已计入那张表")).to_be_visible()

    placing.get_by_role("button", name="撤销").click()
    expect(placing.get_by_text("这张照片重新等待指定")).to_be_visible()
    placing.get_by_role("button", name="作废这张照片").click()
    expect(placing.get_by_text("上传的人会看到要重拍")).to_be_visible()
    page.go_back()
    expect(page.locator(".sent li")).to_contain_text("有人看过，不能用", timeout=READ_MS)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_queue_fits_a_narrow_phone(seated: Callable[..., Any], locale: str) -> None:
    page = seated(TEACHER, "/photos/waiting", locale=locale)

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
