"""A photo whose codes are torn off: sent by a teacher, placed by the registrar, taken back."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.printed import PIXELS_PER_MM, page_picture
from shared.contracts.forms_commands import Manifest, ManifestSheet
from shared.layout.registry import layout
from tests.browser.conftest import Demo

TEACHER, REGISTRAR = "班主任", "学籍管理员"
READ_MS = 90_000  # beside everything else a machine may have to do
WHITE, ROOM = 255, 10  # 1 mm around what is torn off


def torn(pdf: Path, sheet: ManifestSheet) -> bytes:
    """A photo of a sheet on which neither a code nor a printed number is left."""
    page = page_picture(pdf, sheet.pages[0])
    printed = layout(sheet.layout)
    assert printed is not None
    px = PIXELS_PER_MM / 10
    for hole in (*printed.qr_rects, *printed.number_rects):
        down = slice(int((hole.y - ROOM) * px), int((hole.y + hole.h + ROOM) * px))
        page[down, int((hole.x - ROOM) * px) : int((hole.x + hole.w + ROOM) * px)] = WHITE
    return photograph(coloured(page), level="easy", seed=7, layout=printed).jpeg


def sheet_of(demo: Demo, unit: str) -> tuple[Path, ManifestSheet]:
    for pdf in (demo.folder / "prints").glob("*.pdf"):
        manifest = msgspec.json.decode(pdf.with_suffix(".json").read_bytes(), type=Manifest)
        for sheet in manifest.sheets:
            if sheet.unit == unit:
                return pdf, sheet
    raise LookupError(unit)


def test_a_photo_nobody_can_name_is_placed_by_a_person_and_may_be_taken_back(
    seated: Callable[..., Any], demo: Demo
) -> None:
    page = seated(TEACHER, "/class")
    unit = re.findall(r"/class/(\d+-\d+)", page.content())[0]
    pdf, sheet = sheet_of(demo, unit)
    page.get_by_role("link", name="连续拍照上传").click()
    shot: Any = {"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": torn(pdf, sheet)}
    page.set_input_files("#photo", shot)
    page.get_by_role("button", name="上传").click()
    expect(page.locator(".sent li")).to_contain_text("认不出是谁的", timeout=READ_MS)
    page.get_by_role("link", name="认不出的照片").click()
    expect(page.locator("tbody a").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []

    placing = seated(REGISTRAR, "/photos/waiting", viewport={"width": 1366, "height": 768})
    placing.locator("tbody a").first.click()
    picture = placing.locator("img.sheet")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
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
