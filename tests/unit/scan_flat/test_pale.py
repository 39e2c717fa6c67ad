"""What is too pale to stand out by itself is held against the other boxes of its page."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.rehearse.photos.paper import ColourImage
from services.scan.flat.marks import Mark
from services.scan.flat.pale import empty_boxes
from services.scan.flat.sheet import SheetRead, read_sheet
from shared.contracts.seen import Ink, Presence
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

FRONT = Side.FRONT
levels = st.floats(0, 60, allow_nan=False)


def read(page: ColourImage, sheet: Layout) -> SheetRead:
    done, body = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert done
    return read_sheet(body.tobytes(), sheet, FRONT)


def cross(page: ColourImage, box: Rect, level: int) -> None:
    scale = page.shape[1] / 2100
    inside = box.grown(-4)
    left, top, right, bottom = (
        round(v * scale) for v in (inside.x, inside.y, inside.right, inside.bottom)
    )
    for start, end in (((left, top), (right, bottom)), ((right, top), (left, bottom))):
        cv2.line(page, start, end, (level,) * 3, 4)


def grainy(page: ColourImage, deviation: float) -> ColourImage:
    noise = np.random.default_rng(3).normal(0, deviation, page.shape[:2])
    return np.clip(page * 0.8 + noise[..., None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("level", [215, 230])
def test_a_pale_tick_makes_its_cell_unsure_and_no_other(
    page: ColourImage, sheet: Layout, level: int
) -> None:
    cell = sheet.cells_of(FRONT)[3]
    cross(page, cell.needs_change, level)

    found = read(page, sheet).cells

    assert {name for name, one in found.items() if one.tick is Mark.UNSURE} == {cell.field}
    assert {name for name, one in found.items() if one.ink is Ink.UNSURE} == {cell.field}


def test_a_pale_mark_in_a_choice_is_never_blank(page: ColourImage, sheet: Layout) -> None:
    cell = next(one for one in sheet.cells if one.choices)
    cross(page, cell.choices[0].box, 230)

    found = read(page, sheet).cells[cell.field]

    assert found.marks[cell.choices[0].code] is Mark.UNSURE
    assert found.ink is not Ink.BLANK


@pytest.mark.parametrize("level", [232, 222, 212])
def test_a_pale_signature_is_never_absent(page: ColourImage, sheet: Layout, level: int) -> None:
    field = sheet.signature_rect
    assert field is not None
    cross(page, Rect(field.x + 60, field.y + 15, 90, 75), level)

    assert read(page, sheet).signature is not Presence.ABSENT


def test_grain_is_no_tick_and_no_signature(page: ColourImage, sheet: Layout) -> None:
    found = read(grainy(page, 14), sheet)

    assert {one.tick for one in found.cells.values()} == {Mark.EMPTY}
    assert found.signature is found.date is Presence.ABSENT


def test_a_fold_across_a_box_is_no_tick(page: ColourImage, sheet: Layout) -> None:
    box = sheet.cells_of(FRONT)[3].needs_change
    shade = np.zeros(page.shape[:2], np.float32)
    x = round((box.x + box.w / 2) * page.shape[1] / 2100)
    shade[:, x - 9 : x + 9] = 30
    folded = page - cv2.GaussianBlur(shade, (0, 0), 4)[..., None]

    assert (
        read(np.clip(folded, 0, 255).astype(np.uint8), sheet)
        .cells[sheet.cells_of(FRONT)[3].field]
        .tick
        is Mark.EMPTY
    )


@given(st.lists(levels, min_size=6), st.integers(0, 5))
def test_more_than_half_of_the_boxes_are_usual_whatever_the_others_hold(
    seen: list[float], covered: int
) -> None:
    found = empty_boxes([*seen, *[None] * covered])
    assert found is not None

    assert 2 * sum(found.are_unlike(one) for one in seen) <= len(seen)


@given(st.lists(levels, min_size=6), levels)
def test_a_box_that_is_paler_than_another_is_no_more_unlike(
    seen: list[float], darkness: float
) -> None:
    found = empty_boxes(seen)
    assert found is not None

    assert found.are_unlike(darkness + 5) or not found.are_unlike(darkness)


def test_few_boxes_say_nothing(page: ColourImage) -> None:
    assert empty_boxes([3.0] * 5 + [None] * 20) is None
