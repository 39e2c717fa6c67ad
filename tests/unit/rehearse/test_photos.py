import cv2
import numpy as np
import pytest

from deploy.rehearse.hands.filling import fill
from deploy.rehearse.photos.oddities import photograph_foreign, photograph_hopeless
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.photos.recipe import Level, recipe
from deploy.rehearse.photos.surface import Bend, Pose, surface
from shared.kernel.sheet_code import Side
from shared.layout.model import MARKER_MODULES
from shared.layout.registry import layout

LAYOUT = layout(1)
assert LAYOUT is not None
PER_TENTH = 0.8  # page pixels per 0.1 mm


def a_page() -> np.ndarray:
    """A sheet with nothing but its markers."""
    width, height = LAYOUT.page_size
    page = np.full((round(height * PER_TENTH), round(width * PER_TENTH)), 255, np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for marker in LAYOUT.markers:
        size = round(marker.rect.w * PER_TENTH)
        x, y = round(marker.rect.x * PER_TENTH), round(marker.rect.y * PER_TENTH)
        page[y : y + size, x : x + size] = cv2.aruco.generateImageMarker(
            dictionary, marker.id, size
        )
    assert MARKER_MODULES == 6
    return page


def test_the_same_seed_gives_the_same_bytes() -> None:
    first = photograph(a_page(), level="normal", seed=4).jpeg

    assert photograph(a_page(), level="normal", seed=4).jpeg == first
    assert photograph(a_page(), level="normal", seed=5).jpeg != first


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("level", ["easy", "normal"])
def test_the_truth_says_where_the_markers_are(level: str, seed: int) -> None:
    photo = photograph(a_page(), level=level, seed=seed)
    grey = cv2.imdecode(
        np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
    )
    assert grey.shape == photo.truth.size_px[::-1]
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(grey)
    assert ids is not None
    assert len(ids) >= 2
    for found, id_ in zip(corners, ids.ravel(), strict=True):
        rect = LAYOUT.markers[id_].rect
        ends = [(rect.x, rect.y), (rect.right, rect.y), (rect.right, rect.bottom)]
        said = photo.truth.to_photo(np.array([*ends, (rect.x, rect.bottom)]) / 10)

        assert np.abs(found[0] - said).max() < 3


@pytest.mark.parametrize("kind", ["curl", "lift", "fold", "wave"])
def test_paper_to_photo_and_back_is_exact(kind: str) -> None:
    pose = Pose(tilt=0.3, pan=-0.2, roll=1.7, fill=0.8, shift=(0.05, 0.0), distortion=0.03)
    paper = surface((210, 297), (1800, 2400), pose, (Bend(kind, 0.4, 12),))
    points = np.random.default_rng(1).uniform([0, 0], [210, 297], (200, 2))

    assert np.abs(paper.locate(paper.project(points)) - points).max() < 0.01


def test_an_easy_photo_is_larger_and_sharper_than_an_extreme_one() -> None:
    for seed in range(20):
        easy, extreme = recipe(Level.EASY, seed), recipe(Level.EXTREME, seed)

        assert max(easy.camera.frame_px) > max(extreme.camera.frame_px)
        assert easy.camera.defocus_px < extreme.camera.defocus_px


def test_filling_in_tells_which_fields_it_wrote_into() -> None:
    page = np.full((2376, 1680, 3), 255, np.uint8)

    filled = fill(page, LAYOUT, Side.FRONT, seed=3, changes=2, signed=True)

    assert len(filled.changed) == 2
    assert filled.is_signed
    for field in filled.changed:
        rect = next(cell.change_rect for cell in LAYOUT.cells if cell.field == field)
        area = page[int(rect.y * 0.8) : int(rect.bottom * 0.8), int(rect.x * 0.8) :]
        assert area.min() < 128


def test_an_unsigned_sheet_without_changes_stays_as_printed() -> None:
    page = np.full((2376, 1680, 3), 255, np.uint8)

    fill(page, LAYOUT, Side.FRONT, seed=3, changes=0, signed=False)

    assert page.min() == 255


def test_odd_photos_are_pictures_of_their_own() -> None:
    assert photograph_foreign(seed=1).jpeg[:2] == b"\xff\xd8"
    hopeless = {photograph_hopeless(coloured(a_page()), seed=seed).jpeg for seed in range(4)}
    assert len(hopeless) == 4
