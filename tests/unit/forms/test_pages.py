import io
import re

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from services.forms.render.job import Mark
from shared.kernel.origin_words import origin_words
from shared.kernel.query_code import query_code
from shared.kernel.sheet_code import CodeType, Side, parse_url, verify_code
from shared.kernel.sheet_number import is_sheet_number
from shared.layout.frame import frame, kept_white
from shared.layout.model import Layout, Rect
from shared.layout.registry import built_in, layout
from tests.unit.forms.paper import KEY, UNPRINTABLE, Grey, a_pupil, picture, printed, text_of

LONG = "广东省深圳市南山区粤海街道高新技术产业园南区科技南十二路18号长虹大厦附属公寓"
SHEETS = [one for one in built_in() if one.template.startswith("sheet")]
every_sheet = pytest.mark.parametrize("one", SHEETS, ids=lambda one: f"{one.number:03d}")


def pages_of(one: Layout) -> tuple[bytes, tuple[int, ...]]:
    """A file with one sheet on this very layout."""
    address = (LONG * 5)[: 150 if one.is_overflow else 30]
    file = printed(a_pupil(present_address=address), version=one.qr_version, template=one.template)
    assert [sheet.layout for sheet in file.sheets] == [one.number]
    return file.pdf, file.sheets[0].pages


def cut(page: Grey, rect: Rect, dpi: int) -> Grey:
    scale = dpi / 254
    top, left = round(rect.y * scale), round(rect.x * scale)
    return page[top : round(rect.bottom * scale), left : round(rect.right * scale)]


@every_sheet
def test_marks_and_cell_borders_lie_within_a_tenth_of_a_millimetre(one: Layout) -> None:
    pdf, pages = pages_of(one)
    for side, page in zip(one.sides, pages, strict=True):
        seen = picture(pdf, page - 1, dpi=600)
        for rect in (*one.ticks, *(marker.rect for marker in one.markers)):
            assert_edges(seen, rect)
        for cell in one.cells_of(side):
            assert cut(seen, cell.change_rect.grown(-3), 600).max() == 255
            assert_edges(seen, cell.needs_change, outline=True)


def assert_edges(page: Grey, rect: Rect, *, outline: bool = False) -> None:
    """Ink begins at the rectangle's edges: found within 0.1 mm of them."""
    around = cut(page, rect.grown(8), 600) < 128
    rows, columns = np.flatnonzero(around.any(axis=1)), np.flatnonzero(around.any(axis=0))
    spread = 1 if outline else 0  # half of a 0.5 pt stroke
    tenth = 600 / 254
    for found, wanted in (
        (rows[0], 8 * tenth),
        (columns[0], 8 * tenth),
        (rows[-1] + 1, (8 + rect.h) * tenth),
        (columns[-1] + 1, (8 + rect.w) * tenth),
    ):
        assert abs(found - wanted) <= (1 + spread) * tenth + 1


@every_sheet
def test_both_symbols_of_every_side_say_the_same_authentic_code(one: Layout) -> None:
    pdf, pages = pages_of(one)
    for side, page in zip(one.sides, pages, strict=True):
        found = zxingcpp.read_barcodes(picture(pdf, page - 1))
        texts = {code.bytes.decode() for code in found}
        letter, code = parse_url(texts.pop())
        verified = verify_code(letter, code, [KEY])

        assert len(found) == 2
        assert not texts
        assert verified is not None
        assert (verified.head.layout, verified.head.side) == (one.number, side)
        assert (verified.head.type, verified.head.sheet) == (CodeType.SHEET, "000000000001")
        assert {code.ec_level for code in found} == {"Q"}


@every_sheet
def test_quiet_zones_rings_and_the_paper_s_edge_stay_white(one: Layout) -> None:
    pdf, pages = pages_of(one)
    marks = frame(one.qr_version)
    bodies = [
        *(marker.rect for marker in marks.markers),
        *marks.qr_rects,
        *(rect.grown(10) for rect in marks.number_rects),
    ]
    for page in pages:
        seen = picture(pdf, page - 1).copy()
        for tick in marks.ticks:
            cut(seen, tick.grown(2), 150)[:] = 255
        for zone, body in zip(kept_white(marks), bodies, strict=True):
            cut(seen, body.grown(2), 150)[:] = 255
            assert cut(seen, zone.grown(-2), 150).min() == 255, zone
        inside = cut(seen, Rect(99, 99, 1902, 2772), 150)
        assert inside.min() < 128
        inside[:] = 255
        assert seen.min() == 255


@every_sheet
def test_the_sheet_names_itself_to_people_too(one: Layout) -> None:
    pdf, pages = pages_of(one)
    code = query_code(bytes(32), "000000000001", 1)
    for page in pages:
        text = text_of(pdf, page - 1)
        number = next(line for line in text.splitlines() if is_sheet_number(line))

        assert text.count(number) == 2
        assert f"{code[:4]} {code[4:]}" in text
        assert "学籍基础信息确认表" in text
        assert f"版式 {one.number}" in text


@every_sheet
def test_every_copy_bears_three_words_that_fit_beside_the_longest_address(one: Layout) -> None:
    pdf, pages = pages_of(one)
    copy = a_pupil().copy
    words = origin_words(copy.sheet, copy.serial, KEY)

    text = "".join(text_of(pdf, pages[0] - 1).split())

    assert f"三词：{words}" in text


def test_every_value_of_a_sheet_can_be_found_in_its_text() -> None:
    one = layout(1)
    values = {cell.field: f"{place}号值{cell.label}" for place, cell in enumerate(one.cells)}
    file = printed(a_pupil(**values))

    text = "".join(text_of(file.pdf).split())
    for value in values.values():
        assert "".join(value.split()) in text


def test_a_value_that_is_too_long_takes_the_taller_layout_and_is_named() -> None:
    file = printed(a_pupil(present_address=(LONG * 5)[:150]), a_pupil(2))

    assert [sheet.layout for sheet in file.sheets] == [5, 1]
    assert [(one.mark, one.fields) for one in file.findings] == [
        (Mark.OVERFLOW, ("present_address",))
    ]


def test_a_value_that_fits_nowhere_is_not_printed_and_is_named() -> None:
    file = printed(a_pupil(present_address=LONG * 12), a_pupil(2))

    assert [sheet.student for sheet in file.sheets] == [a_pupil(2).student]
    assert [one.mark for one in file.findings] == [Mark.TOO_LONG]


def test_a_character_without_a_glyph_is_a_box_with_its_code_never_a_blank() -> None:
    file = printed(a_pupil(name=f"李{UNPRINTABLE}娜"))

    text = text_of(file.pdf)
    assert "2EBF0" in text
    assert "缺字" in text
    assert [(one.mark, one.code_points) for one in file.findings] == [
        (Mark.MISSING_GLYPH, ("2EBF0",))
    ]
    for content in streams(file.pdf):
        assert not re.search(rb"<(?:[0-9A-F]{4})*?0000(?:[0-9A-F]{4})*?> Tj", content)


def test_a_cover_has_a_code_of_its_own_and_lists_the_class() -> None:
    file = printed(a_pupil(1), a_pupil(2, name="迪丽热巴·迪力木拉提"), cover=True)
    found = zxingcpp.read_barcodes(picture(file.pdf))
    verified = verify_code(*parse_url(found[0].text), [KEY])

    assert len(found) == 2
    assert verified is not None
    assert (verified.head.type, verified.head.sheet) == (CodeType.COVER, "0000000000ff")
    assert verified.head.side is Side.FRONT
    text = "".join(text_of(file.pdf).split())
    assert "三年级（2）班" in text
    assert "王小明" in text
    assert "确认表2份" in text
    assert [(one.expected, one.page) for one in file.covers] == [(2, 1)]


def test_a_cover_before_two_sided_sheets_takes_a_whole_paper() -> None:
    file = printed(a_pupil(1), cover=True, template="sheet-2")

    assert file.page_count == 4
    assert file.sheets[0].pages == (3, 4)


def test_a_reprint_says_so() -> None:
    text = text_of(printed(a_pupil(serial=2)).pdf)

    assert "印次 2" in text
    assert "补印" in text
    assert "补印" not in text_of(printed(a_pupil()).pdf)


def test_the_file_is_sound_and_describes_itself() -> None:
    file = printed(a_pupil(1), a_pupil(2), cover=True)
    pdf = pikepdf.open(io.BytesIO(file.pdf))
    document = pdfium.PdfDocument(file.pdf)

    assert pdf.check_pdf_syntax() == []
    assert pdf.pdf_version == "1.7"
    assert len(document) == file.page_count == 3
    assert [document.get_page_label(page) for page in range(3)] == [
        "三年级（2）班 封面",
        "三年级（2）班-01",
        "三年级（2）班-02",
    ]
    assert [item.get_title() for item in document.get_toc()] == ["三年级（2）班"]
    assert str(pdf.Root.ViewerPreferences.PrintScaling) == "/None"
    assert str(pdf.Root.Lang) == "zh-CN"
    document.close()


def test_only_grey_is_printed() -> None:
    for content in streams(printed(a_pupil(), cover=True).pdf):
        words = set(content.split())
        assert not words & {b"rg", b"RG", b"k", b"K", b"gs", b"sh", b"scn", b"SCN"}


def streams(pdf: bytes) -> list[bytes]:
    """The content of every page and form."""
    opened = pikepdf.open(io.BytesIO(pdf))
    pages = opened.pages
    forms = pages[0].Resources.XObject
    return [page.Contents.read_bytes() for page in pages] + [
        form.read_bytes() for _, form in forms.items()
    ]
