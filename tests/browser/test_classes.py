"""A class on its teacher's phone, the questions of its guardians, and the leader's list."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Demo
from tests.browser.sheets import shot_of

TEACHER, REGISTRAR, LEADER, SUPPORT = "班主任", "学籍管理员", "学校领导", "技术支持人员"
PATIENCE_MS = 60_000  # photos are read beside everything else a machine may have to do
PAGES = [
    (TEACHER, "/class"),
    (TEACHER, "/questions"),
    (TEACHER, "/ask"),
    (REGISTRAR, "/school"),
    (REGISTRAR, "/school/missing"),
    (LEADER, "/changes"),
    (SUPPORT, "/questions"),
    (SUPPORT, "/faq"),
    (SUPPORT, "/questions/figures"),
]


def test_a_teacher_ticks_paper_and_takes_it_back(seated: Callable[..., Any]) -> None:
    page = seated(TEACHER, "/class")
    box = page.locator("input[name=sheet][type=checkbox]").first
    number = page.locator("label.choice").first.inner_text()
    box.check()
    page.get_by_role("button", name="标记为已交纸").click()
    expect(page.get_by_text("已标记 1 张为已交纸")).to_be_visible()
    expect(page.locator("label.choice", has_text=number)).to_have_count(0)

    page.get_by_role("button", name="撤销标记").click()

    expect(page.get_by_text("已撤销标记")).to_be_visible()
    expect(page.locator("label.choice", has_text=number)).to_have_count(1)


@pytest.mark.main_journey
def test_a_teacher_photographs_two_sheets_in_a_row_and_sees_what_became_of_each(
    seated: Callable[..., Any], demo: Demo
) -> None:
    page = seated(TEACHER, "/class")
    page.get_by_role("link", name="连续拍照上传").click()
    shots = sorted((demo.folder / "try").glob("photo-*.jpg"))[:2]
    assert len(shots) == 2
    page.set_input_files("#photo", [str(one) for one in shots])
    page.get_by_role("button", name="上传").click()

    rows = page.locator(".sent li")
    expect(rows).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator("[data-moving=no]")).to_be_attached(timeout=PATIENCE_MS)
    # Which class the photos are of is the demo's to say: each is told, and none is left waiting.
    assert all("正在识别" not in text for text in rows.all_inner_texts())
    assert Axe().run(page).response["violations"] == []


def test_a_teacher_is_shown_where_on_a_photo_the_signature_is_missing(
    seated: Callable[..., Any], demo: Demo
) -> None:
    page = seated(TEACHER, "/class")
    shot = shot_of(demo, page)
    page.get_by_role("link", name="连续拍照上传").click()
    page.set_input_files("#photo", shot)
    page.get_by_role("button", name="上传").click()
    expect(page.locator(".sent li")).to_contain_text("没有看到签名", timeout=PATIENCE_MS)

    page.get_by_role("link", name="看在哪里").click()

    expect(page.locator("img.sheet")).not_to_have_js_property(
        "naturalWidth", 0, timeout=PATIENCE_MS
    )
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name="重拍这一张").click()
    expect(page.locator("#photo")).to_be_visible()


def test_a_teacher_proves_that_a_pupil_has_no_document(
    seated: Callable[..., Any], demo: Demo
) -> None:
    page = seated(TEACHER, "/class")
    page.get_by_role("link", name="人籍核对").click()
    page.locator("select[name=finding]").first.select_option("no_document")
    page.get_by_role("button", name="记录", exact=True).first.click()
    shot = next((demo.folder / "try").glob("photo-*.jpg"))
    page.set_input_files("input[type=file]", str(shot))
    page.get_by_role("button", name="登记证明").click()
    expect(page.get_by_text("证明材料已登记")).to_be_visible(timeout=PATIENCE_MS)

    with page.expect_popup() as opened:
        page.locator("a[href*='/proofs/']").first.click()

    picture = opened.value.locator("img.sheet")
    expect(picture).to_be_visible(timeout=PATIENCE_MS)
    opened.value.wait_for_function("document.querySelector('img.sheet').naturalWidth > 500")


def test_the_missing_are_copied_as_a_text(seated: Callable[..., Any]) -> None:
    page = seated(TEACHER, "/class")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").click()

    expect(page.locator("#copied")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#text")


def test_a_class_and_its_missing_are_there_without_scripts(seated: Callable[..., Any]) -> None:
    page = seated(TEACHER, "/class", java_script_enabled=False)

    expect(page.locator("#text")).to_contain_text("确认表没有收到")
    expect(page.get_by_role("button", name="复制")).to_be_hidden()


@pytest.mark.main_journey
def test_a_question_goes_up_and_its_answer_comes_back(seated: Callable[..., Any]) -> None:
    asking = seated(REGISTRAR, "/ask")
    asking.fill("#text", "打印出来的确认表缺了一页怎么办？")
    asking.get_by_role("button", name="提交问题").click()
    expect(asking.get_by_text("问题已提交")).to_be_visible()
    answering = seated(SUPPORT, "/questions")
    answering.locator("a.line").first.click()
    answering.fill("#text", "请重新打印这一张，旧的作废。")
    answering.get_by_role("button", name="答复", exact=True).click()
    expect(answering.get_by_text("提问人在原来的页面就能看到")).to_be_visible()

    asking.reload()

    expect(asking.get_by_text("请重新打印这一张，旧的作废。")).to_be_visible()


@pytest.mark.parametrize(("role", "path"), PAGES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_pages_of_classes_and_questions_are_accessible_and_fit_a_narrow_phone(
    seated: Callable[..., Any], role: str, path: str, locale: str
) -> None:
    page = seated(role, path, locale=locale)

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("room", ["人籍核对", "向家长核实"])
def test_the_rooms_of_a_class_are_accessible_on_a_narrow_phone(
    seated: Callable[..., Any], room: str
) -> None:
    page = seated(TEACHER, "/class")
    page.get_by_role("link", name=room).click()

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
