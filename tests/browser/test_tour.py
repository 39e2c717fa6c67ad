"""A change from the clerk's page into the record: typed, proven, decided by two posts, counted."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.kernel.authority import Role
from tests.browser.conftest import Demo
from tests.browser.people import accounts, signed_in, with_work

# Others each time: a demo may be kept and walked again.
_NOW = int(time.time())
PHONE, NAME = f"139{_NOW % 10**8:08d}", f"欧阳{chr(0x4E00 + _NOW % 5000)}"
PATIENCE_MS = 60_000  # pages of a document are drawn beside everything else a machine has to do
APPLIED_TRIES, APPLIED_MS = 20, 5_000  # a verdict leaves ten seconds late, so that it can be undone
PENDING = "[data-pending]"


@pytest.mark.main_journey
def test_a_change_goes_from_the_clerks_page_into_the_record(demo: Demo, browser: Browser) -> None:
    school, clerk = with_work(demo, browser)
    province = signed_in(browser, demo, accounts(demo, Role.UNIT_ADMINISTRATOR)["44"], "/progress")
    entered = counted(province, "录入")
    clerk.locator("tbody a").first.click()
    expect(clerk.locator("#work")).to_be_visible()
    sheet = clerk.url.partition("?")[0]

    write(clerk, "phone", PHONE)
    write(clerk, "name", NAME)
    prove(clerk, demo, "name")
    settle_the_rest(clerk)
    clerk.locator("#next").click()  # the next sheet of the pile opens

    expect_state(clerk, sheet, "phone", "已提交")
    expect_state(clerk, sheet, "name", "已提交")
    approve_as_leader(
        signed_in(browser, demo, accounts(demo, Role.SCHOOL_LEADER)[school], "/changes")
    )
    approve_as_reviewer(demo, browser)
    expect_state(clerk, sheet, "phone", "已写入学籍")
    expect_state(clerk, sheet, "name", "已写入学籍")
    finish(clerk)
    expect_soon(province, province.url, lambda: counted(province, "录入") == entered + 1)


def write(clerk: Page, field: str, value: str) -> None:
    """Type a value and keep it as a draft; where no ink was seen, say why."""
    clerk.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    clerk.fill(f"#value-{field}", value)
    clerk.press(f"#value-{field}", "Enter")
    work = clerk.locator(f"#work-{field}")
    expect(work).to_contain_text("草稿")
    # A field that had no row among those to do gets one when the page comes again.
    clerk.reload()
    if clerk.locator(f"#settle-{field}").count():
        clerk.select_option(f"#settle-{field}", "guardian_said")
        clerk.press(f"#settle-{field}", "Enter")
        expect(work).to_contain_text("已注明：监护人当面说明")


def prove(clerk: Page, demo: Demo, field: str) -> None:
    """Hand in a page as the proof of a change."""
    shot = next((demo.folder / "try").glob("photo-*.jpg"))
    clerk.set_input_files(f"#file-{field}", str(shot))
    clerk.get_by_role("button", name="登记证明").click()
    expect(clerk.locator(f"#work-{field}")).to_contain_text("证明材料：", timeout=PATIENCE_MS)


def settle_the_rest(clerk: Page) -> None:
    """Whatever else was seen on the paper is nothing."""
    while clerk.locator(PENDING).count():
        row = clerk.locator(PENDING).first
        field = str(row.get_attribute("id")).removeprefix("work-")
        clerk.locator(f"#work-{field} details").evaluate("one => one.open = true")
        clerk.select_option(f"#reason-{field}", "stray_mark")
        row.get_by_role("button", name="不变更").click()
        expect(clerk.locator(f"#work-{field}")).to_contain_text("已注明：污渍或误笔")


def approve_as_leader(leader: Page) -> None:
    leader.get_by_role("listitem").filter(has_text=PHONE[-4:]).get_by_role("button").click()
    expect(leader.locator(".values")).to_contain_text(PHONE)
    approve(leader)


def approve_as_reviewer(demo: Demo, browser: Browser) -> None:
    """The school's own authority has it in its queue, and no other one."""
    had = []
    for unit, kept in accounts(demo, Role.REVIEWER).items():
        page = signed_in(browser, demo, kept, "/decide")
        if found_in_queue(page):
            expect(page.get_by_text("户口簿")).to_be_visible()
            approve(page)
            had.append(unit)
    assert len(had) == 1


def found_in_queue(reviewer: Page) -> bool:
    """Approve whatever comes before it; the oldest comes first."""
    while reviewer.locator("form.verdict").count():
        if NAME in reviewer.locator(".values").inner_text():
            return True
        approve(reviewer)
    return False


def approve(reviewer: Page) -> None:
    entry = reviewer.locator("form.verdict").get_attribute("action")
    reviewer.keyboard.press("a")
    expect(reviewer.get_by_text("已通过")).to_be_visible()
    expect(reviewer.locator(f'form.verdict[action="{entry}"]')).to_have_count(0)


def finish(clerk: Page) -> None:
    """The sheet counts as entered; where the machine saw less than all of it, the clerk says so."""
    button = clerk.get_by_role("button", name=re.compile("完成"))
    if button.count():
        button.click()
    expect(clerk.locator("h1")).to_contain_text("已录入")


def counted(board: Page, stage: str) -> int:
    row: Any = board.locator("table.funnel tr").filter(
        has=board.get_by_role("rowheader", name=stage, exact=True)
    )
    return int(row.locator("td.number").first.inner_text())


def expect_state(clerk: Page, sheet: str, field: str, words: str) -> None:
    expect_soon(clerk, sheet, lambda: words in clerk.locator(f"#work-{field}").inner_text())


def expect_soon(page: Page, address: str, is_there: Callable[[], bool]) -> None:
    """What comes by itself is there once the page is asked again."""
    for _ in range(APPLIED_TRIES):
        page.goto(address)
        if is_there():
            return
        page.wait_for_timeout(APPLIED_MS)
    raise AssertionError(page.locator("main").inner_text())
