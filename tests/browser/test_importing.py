"""A registrar brings in a corrected roster: checked first, the wrong rows as a workbook, then written."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, open_menu, open_page

REGISTRAR = "学籍管理员"
CHECKED_MS = 60_000
NO_DATE = "20150230"


@pytest.fixture
def page(demo: Demo, browser: Browser) -> Page:
    page = open_page(browser, (demo.folder / "door").read_text())
    page.get_by_role("button", name=REGISTRAR).first.click()
    page.wait_for_selector(".menu", state="attached")
    open_menu(page)
    page.get_by_role("link", name="名册导入").first.click()
    return page


def corrected(demo: Demo, folder: Path) -> Path:
    """The roster that this registrar's school was imported from, with one birth date that is none."""
    (own,) = (demo.folder / "uploads").glob("2144910101-*.xlsx")
    book = openpyxl.load_workbook(own)
    sheet: Any = book.active
    headers = [str(cell.value) for cell in sheet[2]]  # below a title, as the system exports it
    (column,) = (at for at, one in enumerate(headers, start=1) if one.endswith("、出生日期"))
    sheet.cell(row=3, column=column).value = NO_DATE
    path = folder / "roster.xlsx"
    book.save(path)
    return path


def test_a_roster_is_checked_its_wrong_row_taken_home_and_nothing_written_twice(
    demo: Demo, page: Page, tmp_path: Path
) -> None:
    page.set_input_files("#roster", str(corrected(demo, tmp_path)))
    page.get_by_role("button", name="上传并核对").click()

    expect(page.get_by_role("heading", name="核对结果")).to_be_visible(timeout=CHECKED_MS)
    expect(page.get_by_role("heading", name="有误的行")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载更正表").click()
    book = openpyxl.load_workbook(BytesIO(Path(taken.value.path()).read_bytes()))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert any(NO_DATE in str(cell) for cell in cells)

    page.get_by_role("button", name="取消这份名册").click()
    expect(page.get_by_text("什么都没有写入")).to_be_visible()
    page.get_by_role("link", name="重新上传").click()
    expect(page.get_by_role("heading", name="最近的名册")).to_be_visible()


def test_a_file_that_is_no_roster_is_refused_with_what_to_do(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(b"not a workbook at all, whatever its name says" * 50)

    page.set_input_files("#roster", str(path))
    page.get_by_role("button", name="上传并核对").click()

    expect(page.get_by_role("heading", name="这份名册不能导入")).to_be_visible(timeout=CHECKED_MS)
    expect(page.get_by_role("link", name="换一个文件")).to_be_visible()
