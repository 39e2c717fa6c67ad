"""A line that dirt on the glass draws through a page is no writing, and takes none along."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.rehearse.photos.paper import ColourImage
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.scans.files import jpeg
from deploy.rehearse.scans.recipe import Mode, Scanner, Streak, scan_recipe
from deploy.rehearse.scans.scan import Scan, scan
from services.scan.flat.sheet import SheetRead, read_sheet
from services.scan.flat.streaks import without_streaks
from services.scan.image.source import Gray
from shared.contracts.seen import Ink, Presence
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

HEIGHT, WIDTH, PAPER = 2339, 1654, 240  # a page at 200 dpi
GREY = Scanner(200, Mode.GREY, 85, 0.6, 255)


def blank(noise: float = 3.0) -> Gray:
    grain = np.random.default_rng(5).normal(PAPER, noise, (HEIGHT, WIDTH))
    return np.asarray(grain.clip(0, 255), np.uint8)


@given(
    at=st.integers(30, WIDTH - 30),
    width=st.integers(1, 3),
    darker=st.integers(40, 240),
    is_turned=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_a_line_from_end_to_end_is_taken_away_whichever_way_the_page_was_fed(
    at: int, width: int, darker: int, is_turned: bool
) -> None:
    page = blank()
    page[:, at : at + width] = np.clip(page[:, at : at + width].astype(int) - darker, 0, 255)
    page = np.ascontiguousarray(page.T) if is_turned else page

    clean = without_streaks(page)

    assert clean.min() > PAPER - 30


@given(
    at=st.integers(40, WIDTH - 40),
    first=st.integers(0, 400),
    length=st.integers(20, 1700),
)
@settings(max_examples=25, deadline=None)
def test_a_line_that_ends_before_the_page_does_stays_as_it_is(
    at: int, first: int, length: int
) -> None:
    page = blank()
    page[60 + first : 60 + first + length, at : at + 2] = 30

    assert without_streaks(page) is page


@given(at=st.integers(120, WIDTH - 120), degrees=st.floats(-2.6, 2.6), width=st.integers(2, 4))
@settings(max_examples=25, deadline=None)
def test_a_line_that_slants_since_the_scanner_straightened_the_page_is_taken_away_too(
    at: int, degrees: float, width: int
) -> None:
    page = blank()
    reach = float(np.tan(np.radians(degrees))) * HEIGHT
    cv2.line(
        page, (round(at - reach), -HEIGHT // 2), (round(at + reach), 3 * HEIGHT // 2), 60, width
    )

    clean = without_streaks(page)

    assert (clean < PAPER - 40).mean() < 0.0001


def test_a_stroke_across_it_goes_on_and_nothing_else_changes() -> None:
    page = blank(noise=0)
    page[500:510, 300:500] = 40
    before = page.copy()
    page[:, 400:403] = 90

    clean = without_streaks(page)

    assert np.abs(clean.astype(int) - before).max() <= 1
    assert page[100, 401] == 90  # the picture itself stays as it is


def test_a_broad_band_is_no_streak() -> None:
    page = blank()
    page[:, 300:330] = 60

    assert without_streaks(page) is page


def test_a_picture_of_a_few_pixels_stays_as_it_is() -> None:
    assert without_streaks(np.zeros((3, 40), np.uint8)).shape == (3, 40)


def dirty(page: ColourImage, at: float, mode: Mode = Mode.GREY, turns: int = 0) -> Scan:
    """A page scanned a little askew, with one line of dirt along the feed."""
    machine = replace(GREY, mode=mode)
    made = scan_recipe(Level.NORMAL, 3, machine)
    plain = {"bleed": 0.0, "holes_mm": (), "staple": False, "dog_ear_mm": 0.0, "drag": None}
    made = replace(made, **plain, turns=turns, streaks=(Streak(at, 3, -110),))  # type: ignore[arg-type]  # of several types
    return scan(page, level="normal", seed=3, machine=machine, made=made)


def written(page: ColourImage, place: Rect) -> ColourImage:
    px = page.shape[1] / 2100
    left, top = round((place.x + 30) * px), round((place.y + place.h - 15) * px)
    cv2.putText(
        page, "1385512", (left, top), cv2.FONT_HERSHEY_SIMPLEX, 0.25 * px * 3, (40, 30, 30), 4
    )
    return page


def read(one: Scan, sheet: Layout) -> SheetRead:
    return read_sheet(jpeg(one.pixels, 85), sheet, Side.FRONT)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [Mode.GREY, Mode.BITONAL, Mode.DITHER])
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_blank_cells_under_it_are_blank_and_written_ones_written(
    page: ColourImage, sheet: Layout, mode: Mode, turns: int
) -> None:
    cells = sheet.cells_of(Side.FRONT)
    middle = cells[3].change_rect.x + 0.6 * cells[3].change_rect.w
    one = dirty(written(page.copy(), cells[15].change_rect), middle / 2100, mode, turns)

    found = read(one, sheet)

    inks = {cell.field: found.cells[cell.field].ink for cell in cells}
    assert inks.pop(cells[15].field) is Ink.INK
    assert set(inks.values()) == {Ink.BLANK}
    assert found.signature is not Presence.PRESENT
