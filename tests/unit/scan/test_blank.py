"""An empty side is told from what lies on it; in doubt a page is not empty."""

import cv2
import numpy as np
import pytest

from services.scan.image.pages_blank import is_blank
from services.scan.image.source import Gray
from tests.unit.scan.pictures import Paper

pytestmark = pytest.mark.slow  # it reads pictures

DPI = 200
PER_MM = DPI / 25.4
SIZE = (2339, 1654)


def empty(seed: int = 1, level: int = 246, grain: float = 3) -> Gray:
    """An empty side: grain, and light that falls off to one edge."""
    rng = np.random.default_rng(seed)
    light = np.linspace(1, 0.96, SIZE[1], dtype=np.float32)[None, :]
    return np.clip(level * light + rng.normal(0, grain, SIZE), 0, 255).astype(np.uint8)


def write(page: Gray, darkness: int, at: tuple[int, int] = (500, 900), thick: int = 3) -> Gray:
    written = page.copy()
    shade = int(np.median(page)) - darkness
    cv2.putText(written, "Wang Li 138", at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2, shade, thick)
    return written


@pytest.mark.parametrize("level", [255, 240, 205, 170])
@pytest.mark.parametrize("grain", [0.5, 4, 8])
def test_an_empty_side_is_blank_however_grey_and_grainy(level: int, grain: float) -> None:
    assert is_blank(empty(level=level, grain=grain))


@pytest.mark.parametrize("darkness", [200, 120, 60, 45])
def test_a_note_is_not_blank_in_ink_or_in_pencil(darkness: int) -> None:
    assert not is_blank(write(empty(), darkness))


def test_a_note_is_found_at_any_resolution_and_on_dim_empty() -> None:
    for scale in (0.5, 0.75, 1.5):
        page = cv2.resize(write(empty(), 120), None, fx=scale, fy=scale)
        assert not is_blank(page.astype(np.uint8))
    assert not is_blank(write(empty(level=170), 90))


def test_one_tick_is_not_blank() -> None:
    page = empty()
    cv2.polylines(page, [np.array([[800, 1000], [812, 1015], [840, 975]])], False, 60, 4)

    assert not is_blank(page)


def test_what_shines_through_from_the_back_is_blank() -> None:
    back = np.full(SIZE, 255, np.uint8)
    for line in range(30):
        cv2.putText(back, "printed on the back of this sheet", (150, 200 + 70 * line), 0, 1.2, 0, 3)
    soft = cv2.GaussianBlur(cv2.flip(back, 1), (0, 0), 3).astype(np.float32)
    page = np.clip(empty() - (255 - soft) * 0.08, 0, 255).astype(np.uint8)

    assert is_blank(page)


@pytest.mark.parametrize("shade", [10, 120])
def test_punch_holes_dust_and_the_glass_around_the_paper_are_blank(shade: int) -> None:
    page = empty()
    for y in (850, 1480):
        cv2.circle(page, (95, y), round(3 * PER_MM), shade, -1, cv2.LINE_AA)
        cv2.circle(page, (95, y + 300), round(3 * PER_MM), shade, 2, cv2.LINE_AA)
    rng = np.random.default_rng(5)
    for x, y in rng.integers(100, 1500, (60, 2)):
        cv2.circle(page, (int(x), int(y)), 2, shade, -1)
    page[:, :12] = 30
    page[-8:] = 60

    assert is_blank(page)


def test_a_line_of_dust_on_the_feeder_is_for_a_person_to_see() -> None:
    page = empty()
    page[:, 700:703] = 120

    assert is_blank(page)  # from edge to edge nobody writes


def test_a_printed_sheet_is_never_blank(paper: Paper) -> None:
    faint = cv2.convertScaleAbs(paper.grey, alpha=0.25, beta=190)

    assert not is_blank(paper.grey)
    assert not is_blank(faint.astype(np.uint8))
