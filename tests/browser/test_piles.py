"""A registrar's pile of paper: handed in, watched, committed, and taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Demo

REGISTRAR = "学籍管理员"
READ_MS = 120_000  # every page is read beside everything else a machine may have to do


@pytest.mark.main_journey
def test_a_pile_is_handed_in_read_page_by_page_committed_and_taken_back(
    seated: Callable[..., Any], demo: Demo
) -> None:
    page = seated(REGISTRAR, "/scans", viewport={"width": 1366, "height": 768})
    page.set_input_files("#files", demo.folder / "try/pile.pdf")
    page.get_by_role("button", name="交送").click()
    expect(page.locator("p.status")).to_be_visible(timeout=READ_MS)
    commit = page.get_by_role("link", name="确认全部")
    expect(commit).to_be_visible(timeout=READ_MS)
    expect(page.locator("ul.classes li").first).to_be_visible()
    matched = page.locator("ul.pages > li").count()
    assert matched > 0

    commit.click()
    page.get_by_role("button", name="确认，计入回收").click()

    expect(page.get_by_text("已计入").first).to_be_visible()
    page.get_by_text("撤回已经确认的").click()
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_role("link", name="确认全部")).to_be_visible()


def test_what_is_no_scan_says_so_and_counts_for_nobody(seated: Callable[..., Any]) -> None:
    page = seated(REGISTRAR, "/scans", viewport={"width": 1366, "height": 768})
    notes: Any = {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"no scan at all"}
    page.set_input_files("#files", notes)
    page.get_by_role("button", name="交送").click()

    expect(page.locator("ul.pages > li")).to_contain_text("不是图片或 PDF", timeout=READ_MS)
    expect(page.locator("p.status")).to_contain_text("已识别 1/1 页", timeout=READ_MS)
    page.get_by_text("整批作废").first.click()
    page.get_by_role("button", name="整批作废").click()
    expect(page.get_by_role("link", name="确认全部")).to_have_count(0)
