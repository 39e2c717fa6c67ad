"""Scans of sheets: the truth says where everything lies, each effect does what it says."""

import io
from dataclasses import replace

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.scans.files import fax_strip, jpeg_strip, pdf_of, tiff_of
from deploy.rehearse.scans.recipe import Drag, Mode, Scanner, ScanRecipe, Streak, scan_recipe
from deploy.rehearse.scans.scan import Scan, scan
from shared.layout.registry import layout
from tests.unit.rehearse.test_photos import a_page

pytestmark = pytest.mark.slow

LAYOUT = layout(1)
assert LAYOUT is not None
GREY = Scanner(dpi=150, mode=Mode.GREY, quality=85, threshold=0.6, bed=255)
MM = 150 / 25.4  # pixels


def plain(**changed: object) -> ScanRecipe:
    """A scan that does nothing to the page but what is asked for."""
    made = scan_recipe(Level.EASY, 1, GREY)
    nothing = {
        "skew": 0.0,
        "turns": 0,
        "shift_mm": (0.0, 0.0),
        "stretch": (1.0, 1.0),
        "drag": None,
        "blur_mm": 0.05,
        "contrast": 0.95,
        "paper": 245,
        "noise": 0.5,
        "streaks": (),
        "holes_mm": (),
        "staple": False,
        "dog_ear_mm": 0.0,
        "bleed": 0.0,
        "specks": 0,
    }
    return replace(made, **{**nothing, **changed})


def scanned(made: ScanRecipe, page: np.ndarray | None = None) -> Scan:
    return scan(a_page() if page is None else page, level="easy", seed=1, made=made)


def markers_missed(one: Scan) -> float:
    """The most that a marker's corner lies off what the truth says, px."""
    grey = one.pixels if one.pixels.ndim == 2 else cv2.cvtColor(one.pixels, cv2.COLOR_BGR2GRAY)
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(grey)
    assert ids is not None
    worst = 0.0
    for found, id_ in zip(corners, ids.ravel(), strict=True):
        rect = LAYOUT.markers[id_].rect
        ends = [(rect.x, rect.y), (rect.right, rect.y), (rect.right, rect.bottom)]
        said = one.truth.to_scan(np.array([*ends, (rect.x, rect.bottom)]) / 10)
        worst = max(worst, float(np.abs(found[0] - said).max()))
    return worst


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", ["easy", "normal"])
def test_the_truth_says_where_the_markers_are(level: str, seed: int) -> None:
    assert markers_missed(scan(a_page(), level=level, seed=seed, machine=GREY)) < 1.5


@pytest.mark.parametrize("turns", range(4))
def test_however_a_page_was_fed_its_truth_turns_with_it(turns: int) -> None:
    one = scanned(plain(turns=turns, skew=0.02))

    assert markers_missed(one) < 1.5
    assert one.pixels.shape[::-1] == one.truth.size_px


def test_a_drag_moves_what_lies_below_it_and_nothing_above() -> None:
    still, dragged = scanned(plain()), scanned(plain(drag=Drag(at_mm=150, by_mm=4)))

    points = np.array([[100.0, 100.0], [100.0, 200.0]])
    moved = (dragged.truth.to_scan(points) - still.truth.to_scan(points))[:, 1] / MM
    assert moved == pytest.approx([0, 4], abs=0.01)
    assert markers_missed(dragged) < 1.5


def test_a_stretched_page_is_longer_by_its_share() -> None:
    one = scanned(plain(stretch=(1.0, 1.02)))

    top, bottom = one.truth.to_scan(np.array([[105.0, 0.0], [105.0, 297.0]]))[:, 1]
    assert (bottom - top) / MM == pytest.approx(297 * 1.02, abs=0.1)


def test_the_same_seed_gives_the_same_pixels() -> None:
    first = scan(a_page(), level="hard", seed=3).pixels

    assert np.array_equal(first, scan(a_page(), level="hard", seed=3).pixels)
    assert not np.array_equal(first, scan(a_page(), level="hard", seed=4).pixels)


@pytest.mark.parametrize("mode", [Mode.BITONAL, Mode.DITHER])
def test_black_and_white_is_nothing_but_black_and_white(mode: Mode) -> None:
    one = scan(a_page(), level="hard", seed=2, machine=replace(GREY, mode=mode))

    assert set(np.unique(one.pixels)) <= {0, 255}
    assert one.is_bitonal


def test_dither_shows_grey_as_dots_and_a_threshold_does_not() -> None:
    grey = np.full((2376, 1680), 150, np.uint8)
    dots, flat = (
        scanned(replace(plain(), scanner=replace(GREY, mode=mode)), grey).pixels[400:500, 400:500]
        for mode in (Mode.DITHER, Mode.BITONAL)
    )

    assert 0.2 < (dots == 255).mean() < 0.8
    assert (flat == flat[0, 0]).mean() > 0.95


def test_a_streak_runs_along_the_whole_feed() -> None:
    one = scanned(plain(streaks=(Streak(at=0.5, width_px=2, level=-100),)))

    column = one.pixels[:, int(0.5 * one.pixels.shape[1])]
    assert np.median(column) < 160


def test_a_hole_shows_the_bed() -> None:
    one = scanned(replace(plain(holes_mm=((12.0, 108.5),)), scanner=replace(GREY, bed=20)))

    x, y = one.truth.to_scan(np.array([[12.0, 108.5]]))[0].round().astype(int)
    assert one.pixels[y, x] < 60


def test_a_dog_ear_hides_the_top_right_corner() -> None:
    bent = scanned(plain(dog_ear_mm=25.0))

    marker = LAYOUT.markers[1].rect
    middle = np.array([[marker.x + marker.w / 2, marker.y + marker.h / 2]]) / 10
    x, y = bent.truth.to_scan(middle)[0].round().astype(int)
    assert bent.pixels[y - 10 : y + 10, x - 10 : x + 10].min() > 100


def test_print_of_the_back_shines_through_paler_than_print() -> None:
    page = np.full((2376, 1680), 255, np.uint8)
    page[1000:1200, 200:400] = 0  # shines through mirrored, further right
    clear, through = (scanned(plain(bleed=share), page).pixels for share in (0.0, 0.1))

    ghost = np.abs(clear.astype(int) - through.astype(int))
    assert 8 < ghost.max() < 60


def test_a_pale_scan_has_paler_ink_and_the_same_paper() -> None:
    strong, pale = (scanned(plain(contrast=share)).pixels for share in (0.95, 0.4))

    assert pale.min() > strong.min() + 80
    assert abs(int(np.median(pale)) - int(np.median(strong))) < 4


def test_specks_and_a_staple_leave_marks_on_blank_paper() -> None:
    blank = np.full((2376, 1680), 255, np.uint8)

    assert (scanned(plain(), blank).pixels < 150).sum() == 0
    assert (scanned(plain(specks=40), blank).pixels < 150).sum() > 20
    assert (scanned(plain(staple=True), blank).pixels < 150).sum() > 20


def test_worse_levels_are_coarser_paler_and_more_skewed() -> None:
    easy, hard = (
        [scan_recipe(level, seed) for seed in range(120)] for level in (Level.EASY, Level.HARD)
    )

    assert np.mean([one.scanner.dpi for one in easy]) > np.mean([one.scanner.dpi for one in hard])
    assert np.std([one.skew for one in easy]) < np.std([one.skew for one in hard])
    assert any(one.drag for one in hard)
    assert not any(one.drag for one in easy)


# --- files


def test_a_fax_page_of_a_pdf_is_the_picture_it_was() -> None:
    picture = Image.fromarray((a_page() > 128).astype(np.uint8) * 255).convert("1")
    body = pdf_of([[fax_strip(picture)]], dpi=200)

    with pikepdf.open(io.BytesIO(body)) as document:
        raw = pikepdf.PdfImage(document.pages[0].Resources.XObject["/Im0"]).as_pil_image()
    assert np.array_equal(np.asarray(raw.convert("1")), np.asarray(picture))


def test_the_same_pages_are_the_same_pdf_to_the_byte() -> None:
    strips = [[jpeg_strip(a_page())]]

    assert pdf_of(strips, dpi=200) == pdf_of(strips, dpi=200)


def test_a_tiff_holds_every_page_in_order() -> None:
    pages = [Image.new("L", (40, 60), level) for level in (10, 120, 240)]

    with Image.open(io.BytesIO(tiff_of(pages, compression="tiff_lzw"))) as file:
        seen = []
        for number in range(file.n_frames):
            file.seek(number)
            seen.append(file.getpixel((5, 5)))
    assert seen == [10, 120, 240]
