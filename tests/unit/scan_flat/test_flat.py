"""A sheet is laid flat, and what stands in a cell is told for that cell and no other."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from deploy.rehearse.hands.filling import fill
from deploy.rehearse.photos.paper import ColourImage
from deploy.rehearse.photos.photo import photograph
from services.scan.flat.ink import WRITTEN_SHARE
from services.scan.flat.marks import Mark
from services.scan.flat.registration import Registration, register
from services.scan.flat.sheet import SheetRead, read_sheet
from services.scan.image.source import open_source
from shared.contracts.seen import Ink, Presence
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

pytestmark = pytest.mark.slow

# Development seeds; figures are reported from others (docs/benchmarks.md).
SEEDS = (310, 311, 312)
FRONT = Side.FRONT


def jpeg(page: ColourImage, quality: int = 92) -> bytes:
    done, body = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return body.tobytes()


def registered(data: bytes, sheet: Layout) -> Registration | None:
    source = open_source(data)
    return register(source.full, source.half, sheet, FRONT)


def read(page: ColourImage, sheet: Layout) -> SheetRead:
    return read_sheet(jpeg(page), sheet, FRONT)


def spots() -> np.ndarray:
    xs, ys = np.meshgrid(np.linspace(200, 1900, 6), np.linspace(500, 2480, 9))
    return np.stack([xs, ys], axis=-1).reshape(-1, 2)


def write(page: ColourImage, rect: Rect, colour: tuple[int, int, int], width: int = 4) -> None:
    """A few strokes across the middle of a rectangle, drawn at eight pixels per millimetre."""
    scale = page.shape[1] / 2100
    shares = [(0.1, 0.6), (0.2, 0.25), (0.25, 0.75), (0.35, 0.3), (0.4, 0.7)]
    points = [(rect.x + x * rect.w, rect.y + y * rect.h) for x, y in shares]
    cv2.polylines(page, [np.round(np.array(points) * scale).astype(np.int32)], False, colour, width)


# --- laid flat


@pytest.mark.parametrize("level", ["easy", "normal"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_of_a_photographed_sheet_is_found_within_a_millimetre(
    page: ColourImage, sheet: Layout, level: str, seed: int
) -> None:
    photo = photograph(page, level=level, seed=seed, layout=sheet)
    found = registered(photo.jpeg, sheet)
    assert found is not None

    missed = found.to_picture(spots()) - photo.truth.to_photo(spots() / 10)
    assert np.linalg.norm(missed, axis=1).max() / found.px_per_mm < 1.0
    assert found.quality.may_read_cells


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_scan_lies_flat_whichever_way_it_was_fed(
    page: ColourImage, sheet: Layout, turns: int
) -> None:
    turned = np.ascontiguousarray(np.rot90(page, turns))
    found = registered(jpeg(turned), sheet)
    assert found is not None
    assert found.quality.may_read_cells

    scale = page.shape[1] / 2100
    x, y = (spots() * scale).T
    width, height = page.shape[1], page.shape[0]
    truth = [(x, y), (y, width - x), (width - x, height - y), (height - y, x)][turns]
    missed = found.to_picture(spots()) - (np.stack(truth, axis=1) - 0.5)
    assert np.linalg.norm(missed, axis=1).max() / found.px_per_mm < 0.3


def test_a_picture_without_a_sheet_is_not_laid_flat(sheet: Layout) -> None:
    nothing = np.full((1600, 1200, 3), 230, np.uint8)

    assert registered(jpeg(nothing), sheet) is None
    assert read(nothing, sheet).quality is None


def test_without_the_squares_of_an_edge_no_cell_is_read(page: ColourImage, sheet: Layout) -> None:
    scale = page.shape[1] / 2100
    for tick in sheet.ticks[:5]:
        box = tick.grown(10)
        left, top, right, bottom = (round(v * scale) for v in (box.x, box.y, box.right, box.bottom))
        page[top:bottom, left:right] = 255

    found = read(page, sheet)

    assert found.quality is not None
    assert not found.quality.may_read_cells
    assert found.cells == {}
    assert found.signature is None


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"no picture at all", b"%PDF-1.7"])
def test_whatever_the_bytes_are_nothing_is_raised(data: bytes, sheet: Layout) -> None:
    assert read_sheet(data, sheet, FRONT) == SheetRead(None)


def test_the_same_sheet_in_any_format_is_read_alike(page: ColourImage, sheet: Layout) -> None:
    write(page, sheet.cells[0].change_rect, (30, 30, 30))
    body = io.BytesIO()
    Image.fromarray(page[..., ::-1]).save(body, "PNG")

    inks = [
        {name: cell.ink for name, cell in found.cells.items()}
        for found in (read(page, sheet), read_sheet(body.getvalue(), sheet, FRONT))
    ]
    assert inks[0] == inks[1]


# --- cells


def test_an_untouched_sheet_is_blank_everywhere(page: ColourImage, sheet: Layout) -> None:
    found = read(page, sheet)

    assert {cell.field for cell in sheet.cells_of(FRONT)} == set(found.cells)
    assert {one.ink for one in found.cells.values()} == {Ink.BLANK}
    assert {one.tick for one in found.cells.values()} == {Mark.EMPTY}
    assert found.signature is found.date is Presence.ABSENT


@pytest.mark.parametrize("level", [228, 218, 208])
def test_strokes_too_pale_for_ink_are_never_called_blank(
    page: ColourImage, sheet: Layout, level: int
) -> None:
    cell = sheet.cells_of(FRONT)[0]
    write(page, cell.change_rect, (level,) * 3)

    assert read(page, sheet).cells[cell.field].ink is not Ink.BLANK


PALE_INK = (188, 188, 188)  # darker than any grain, paler than a pen


def test_pale_strokes_are_ink_when_they_are_several(page: ColourImage, sheet: Layout) -> None:
    cell = sheet.cells_of(FRONT)[0]
    rect = cell.change_rect
    for place in range(4):
        part = Rect(rect.x + 30 + place * rect.w // 5, rect.y, rect.w // 5, rect.h)
        write(page, part, PALE_INK)

    assert read(page, sheet).cells[cell.field].ink is Ink.INK


def test_one_pale_line_may_be_a_fold_and_is_for_a_person(page: ColourImage, sheet: Layout) -> None:
    cell = sheet.cells_of(FRONT)[0]
    write(page, cell.change_rect, PALE_INK)

    assert read(page, sheet).cells[cell.field].ink is Ink.UNSURE


def test_a_pale_stain_is_no_ink_however_many_there_are(page: ColourImage, sheet: Layout) -> None:
    cell = sheet.cells_of(FRONT)[0]
    scale = page.shape[1] / 2100
    for place in range(4):
        x = cell.change_rect.x + 80 + 90 * place
        middle = (round(x * scale), round((cell.change_rect.y + 45) * scale))
        cv2.circle(page, middle, round(20 * scale), PALE_INK, -1)

    assert read(page, sheet).cells[cell.field].ink is not Ink.INK


@pytest.mark.parametrize("place", [0, 2, 4, 9, 14, 15, 21])
def test_ink_in_a_cell_is_told_for_that_cell_alone(
    page: ColourImage, sheet: Layout, place: int
) -> None:
    cell = sheet.cells_of(FRONT)[place]
    write(page, cell.change_rect, (30, 30, 30))
    found = read(page, sheet)

    inks = {name: one.ink for name, one in found.cells.items()}
    assert inks.pop(cell.field) is Ink.INK
    assert set(inks.values()) == {Ink.BLANK}


@pytest.mark.parametrize(
    ("colour", "ink"),
    [
        ((25, 25, 25), Ink.INK),
        ((120, 50, 20), Ink.INK),  # blue
        ((120, 120, 120), Ink.INK),  # pencil
        ((50, 40, 210), Ink.UNSURE),  # red: a seal's colour, and some pens'
    ],
)
def test_every_pen_is_ink_but_a_red_one_is_for_a_person(
    page: ColourImage, sheet: Layout, colour: tuple[int, int, int], ink: Ink
) -> None:
    write(page, sheet.cells[6].change_rect, colour, width=6)

    assert read(page, sheet).cells[sheet.cells[6].field].ink is ink


def test_a_stroke_that_only_reaches_in_belongs_to_the_cell_it_lives_in(
    page: ColourImage, sheet: Layout
) -> None:
    upper, lower = sheet.cells[6], sheet.cells[7]
    write(page, upper.change_rect, (30, 30, 30))
    scale = page.shape[1] / 2100
    x = upper.change_rect.x + 0.4 * upper.change_rect.w
    ends = [(x, upper.change_rect.y + 60), (x + 10, lower.change_rect.y + 22)]
    cv2.polylines(page, [np.round(np.array(ends) * scale).astype(np.int32)], False, (30,) * 3, 4)

    found = read(page, sheet)

    assert found.cells[upper.field].ink is Ink.INK
    assert found.cells[lower.field].ink is not Ink.INK


def test_shadow_and_stain_are_paper(page: ColourImage, sheet: Layout) -> None:
    height, width = page.shape[:2]
    light = np.linspace(1, 0.45, width, dtype=np.float32)[None, :, None]
    spot = np.ones((height, width), np.float32)
    cv2.circle(spot, (int(0.75 * width), int(0.5 * height)), 150, 0.85, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), 25)[..., None]
    shaded = np.clip(page * light * spot, 0, 255).astype(np.uint8)

    assert {one.ink for one in read(shaded, sheet).cells.values()} == {Ink.BLANK}


# --- ticks, signature, date


@pytest.mark.parametrize("kind", ["tick", "cross", "fill"])
def test_a_marked_box_is_seen_however_it_is_marked(
    page: ColourImage, sheet: Layout, kind: str
) -> None:
    cell = next(one for one in sheet.cells if one.choices)
    choice = cell.choices[0]
    scale = page.shape[1] / 2100
    box = choice.box
    left, top, right, bottom = (round(v * scale) for v in (box.x, box.y, box.right, box.bottom))
    ink = (40, 40, 40)
    if kind == "fill":
        cv2.rectangle(page, (left + 6, top + 6), (right - 6, bottom - 6), ink, -1)
    elif kind == "cross":
        cv2.line(page, (left, top), (right, bottom), ink, 4)
        cv2.line(page, (right, top), (left, bottom), ink, 4)
    else:
        middle = ((left + right) // 2 - 4, bottom - 4)
        cv2.polylines(
            page, [np.array([(left, top + 14), middle, (right + 8, top - 8)])], False, ink, 4
        )

    found = read(page, sheet).cells[cell.field]

    assert found.choices == (choice.code,)
    assert found.ink in {Ink.INK, Ink.UNSURE}


def test_a_mark_that_fills_little_of_its_cell_is_ink(page: ColourImage, sheet: Layout) -> None:
    cell = next(one for one in sheet.cells if one.choices)
    scale = page.shape[1] / 2100
    inside = cell.choices[0].box.grown(-8)
    ends = [(inside.x, inside.y), (inside.x + inside.w / 2, inside.y + inside.h / 2)]
    first, last = ((round(x * scale), round(y * scale)) for x, y in ends)
    cv2.line(page, first, last, (40, 40, 40), 4)

    found = read(page, sheet).cells[cell.field]

    assert found.share < WRITTEN_SHARE
    assert found.ink is Ink.INK


def test_a_tick_without_ink_is_for_a_person(page: ColourImage, sheet: Layout) -> None:
    cell = sheet.cells[9]
    write(page, cell.needs_change, (30, 30, 30), width=5)

    found = read(page, sheet).cells[cell.field]

    assert found.tick is Mark.MARKED
    assert found.ink is Ink.UNSURE


def test_a_signature_and_a_date_are_seen_each_for_itself(page: ColourImage, sheet: Layout) -> None:
    assert sheet.signature_rect is not None
    write(page, sheet.signature_rect, (30, 30, 30))
    found = read(page, sheet)

    assert (found.signature, found.date) == (Presence.PRESENT, Presence.ABSENT)


def test_a_signature_that_runs_into_its_frame_is_present(page: ColourImage, sheet: Layout) -> None:
    field = sheet.signature_rect
    assert field is not None
    tall = Rect(field.x, field.y - field.h // 2, field.w, 2 * field.h)
    write(page, tall, (30, 30, 30))

    assert read(page, sheet).signature is Presence.PRESENT


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_written_is_found_on_a_photo(page: ColourImage, sheet: Layout, seed: int) -> None:
    filled = fill(page, sheet, FRONT, seed=seed, changes=5, signed=True)
    photo = photograph(page, level="easy", seed=seed, layout=sheet)

    found = read_sheet(photo.jpeg, sheet, FRONT)

    written = {name for name, one in found.cells.items() if one.ink is not Ink.BLANK}
    assert set(filled.changed) <= written
    assert found.signature is Presence.PRESENT


# --- seals and fingers


def stamped(page: ColourImage, middle: tuple[int, int], radius: int = 210) -> ColourImage:
    """A round red seal with a star of lines, by its middle in 0.1 mm."""
    scale = page.shape[1] / 2100
    ink = page.copy()
    centre = (round(middle[0] * scale), round(middle[1] * scale))
    size = round(radius * scale)
    cv2.circle(ink, centre, size, (60, 50, 205), max(2, round(10 * scale)))
    for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        tip = (
            centre[0] + round(0.7 * size * np.cos(angle)),
            centre[1] + round(0.7 * size * np.sin(angle)),
        )
        cv2.line(ink, centre, tip, (60, 50, 205), max(2, round(8 * scale)))
    return np.minimum(page, ink)


def test_a_seal_across_cells_and_ticks_is_looked_through(page: ColourImage, sheet: Layout) -> None:
    cell = sheet.cells[8]
    ring = (cell.needs_change.x + 20 - 210, cell.needs_change.y + 20)
    under = stamped(page, ring)
    written = page.copy()
    write(written, cell.change_rect, (30, 30, 30))
    below = stamped(written, (cell.change_rect.x + 150, cell.change_rect.y + 50))

    only_stamped = read(under, sheet).cells
    assert {one.tick for one in only_stamped.values()} == {Mark.EMPTY}
    assert {one.ink for one in only_stamped.values()} == {Ink.BLANK}
    both = read(below, sheet).cells
    assert both[cell.field].ink is not Ink.BLANK
    others = [name for name, one in both.items() if one.ink is not Ink.BLANK]
    assert others == [cell.field]


def star(middle: tuple[int, int], radius: int, scale: float) -> np.ndarray:
    turns = -np.pi / 2 + np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 0.4, 1.0) * radius
    points = np.stack([np.cos(turns), np.sin(turns)], axis=1) * reach[:, None] + np.array(middle)
    return np.asarray(np.round(points * scale), np.int32)


@pytest.mark.parametrize("width", [1680, 1000])  # in small pictures colours are smeared
def test_the_star_of_a_seal_is_looked_through_like_its_ring(
    page: ColourImage, sheet: Layout, width: int
) -> None:
    middle = (sheet.cells[8].change_rect.x + 400, sheet.cells[8].change_rect.y + 50)
    scale = page.shape[1] / 2100
    ink = page.copy()
    centre = (round(middle[0] * scale), round(middle[1] * scale))
    cv2.circle(ink, centre, round(200 * scale), (60, 50, 205), round(10 * scale))
    cv2.fillPoly(ink, [star(middle, 90, scale)], (60, 50, 205))
    sealed = np.minimum(page, ink)
    small = cv2.resize(sealed, (width, width * page.shape[0] // page.shape[1]), None, 0, 0, 3)

    found = read_sheet(jpeg(np.asarray(small, np.uint8), 70), sheet, FRONT)

    assert {one.ink for one in found.cells.values()} == {Ink.BLANK}


def test_a_red_pen_is_no_seal_and_never_dropped(page: ColourImage, sheet: Layout) -> None:
    cell = sheet.cells[9]
    write(page, cell.change_rect, (40, 40, 210))

    assert read(page, sheet).cells[cell.field].ink is not Ink.BLANK


def test_under_a_finger_nobody_knows(page: ColourImage, sheet: Layout) -> None:
    cell = sheet.cells[10]
    scale = page.shape[1] / 2100
    end = (round((cell.change_rect.right - 60) * scale), round((cell.change_rect.y + 50) * scale))
    cv2.line(page, (page.shape[1], end[1]), end, (140, 165, 215), round(150 * scale))

    assert read(page, sheet).cells[cell.field].ink is Ink.UNSURE
