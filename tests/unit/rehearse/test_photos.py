from dataclasses import replace

import cv2
import numpy as np
import pytest

from deploy.rehearse.hands.filling import fill
from deploy.rehearse.photos.oddities import photograph_foreign, photograph_hopeless
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.photos.recipe import Level, Recipe, recipe
from deploy.rehearse.photos.surface import Bend, Pose, surface
from deploy.rehearse.seeds import REPORT, REPORT_RUN, ReportSeedError
from shared.kernel.sheet_code import Side
from shared.layout.model import MARKER_MODULES
from shared.layout.registry import layout

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize("seed", range(2))
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


# --- one effect at a time


def plain(**changed: object) -> Recipe:
    """A photo that does nothing to the page but what is asked for of its parts."""
    made = recipe(Level.EASY, 2)
    light = replace(
        made.light, level=1.0, gradient=0.0, shadow=0.0, glare=0.0, balance=(1.0, 1.0, 1.0)
    )
    camera = replace(
        made.camera,
        frame_px=(900, 1200),
        defocus_px=0.4,
        motion_px=0.0,
        noise=0.3,
        sharpen=0.0,
        contrast=1.0,
        shrink_to_px=0,
        second_quality=0,
        orientation=0,
        quality=92,
    )
    scene = replace(
        made.scene, background="white", clutter=0, neighbour=False, fingers=(), seal=False, stains=0
    )
    parts = {
        "pose": Pose(0.0, 0.0, 0.0, 0.9),
        "bends": (),
        "light": replace(light, **changed.pop("light", {})),
        "camera": replace(camera, **changed.pop("camera", {})),
        "scene": replace(scene, **changed.pop("scene", {})),
    }
    return replace(made, **{**parts, **changed})


def taken(made: Recipe, page: np.ndarray | None = None) -> np.ndarray:
    photo = photograph(a_page() if page is None else page, level="easy", seed=1, made=made)
    return cv2.imdecode(
        np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    )


def sharpness(picture: np.ndarray) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())


def test_defocus_and_motion_take_sharpness_away() -> None:
    sharp = sharpness(taken(plain()))

    assert sharpness(taken(plain(camera={"defocus_px": 3.0}))) < 0.3 * sharp
    assert sharpness(taken(plain(camera={"motion_px": 9.0}))) < 0.7 * sharp


def test_noise_is_grain_of_its_strength() -> None:
    calm, grainy = (
        taken(plain(camera={"noise": strength}))[500:560, 420:480].astype(float).std()
        for strength in (0.3, 9.0)
    )

    assert calm < 3 < 5 < grainy


def test_a_shadow_darkens_one_side_and_glare_burns_a_spot() -> None:
    lit = taken(plain())
    shaded = taken(plain(light={"shadow": 0.6, "shadow_angle": 0.0, "shadow_at": 0.0}))
    burnt = taken(plain(light={"glare": 1.5, "glare_at": (0.5, 0.5), "glare_size": 0.1}))

    assert shaded[600, 700:800].mean() < 0.7 * lit[600, 700:800].mean()
    assert shaded[600, 150:250].mean() > 0.9 * lit[600, 150:250].mean()
    assert burnt[600, 450].min() == 255


def test_white_balance_and_exposure_are_gains() -> None:
    warm = taken(plain(light={"balance": (0.8, 1.0, 1.1)}))[600, 450].astype(int)
    dim = taken(plain(light={"level": 0.5}))[600, 450].mean()

    assert warm[2] > warm[0] + 30
    assert dim < 0.6 * taken(plain())[600, 450].mean()


def test_moire_is_stripes_of_its_pitch() -> None:
    made = plain(
        camera={"moire": 0.1, "moire_px": 16.0, "moire_angle": 0.0, "frame_px": (600, 800)}
    )
    white = np.full((2376, 1680), 255, np.uint8)
    row = taken(made, white)[400, 100:356, 1].astype(float)

    spectrum = np.abs(np.fft.rfft(row - row.mean()))
    assert abs(int(spectrum.argmax()) - 256 / 16) <= 2


def test_a_crease_is_a_line_across_the_page() -> None:
    white = np.full((2376, 1680), 255, np.uint8)
    flat, creased = (taken(plain(scene={"creases": n}), white).astype(int) for n in (0, 3))

    changed = np.abs(flat - creased).max(axis=2) > 15
    assert 100 < changed.sum() < 0.1 * changed.size


def test_a_messenger_makes_it_small() -> None:
    made = plain(camera={"shrink_to_px": 640, "second_quality": 60})

    assert max(taken(made).shape[:2]) == 640


def test_an_orientation_is_written_into_the_file_and_turns_no_pixel() -> None:
    straight, said = (
        photograph(a_page(), level="easy", seed=1, made=plain(camera={"orientation": n})).jpeg
        for n in (0, 6)
    )

    assert b"Exif" in said[:40]
    assert b"Exif" not in straight[:40]
    assert said.endswith(straight[200:])


def test_the_truth_names_what_lies_over_the_page() -> None:
    made = plain(scene={"seal": True, "stains": 1, "fingers": ((2, 0.5, 20.0),)})

    photo = photograph(a_page(), level="easy", seed=1, made=made, layout=LAYOUT)

    assert [one.kind for one in photo.truth.soil] == ["seal", "stain", "finger"]
    finger = photo.truth.soil[-1].rect_mm
    assert finger[1] > 260
    assert finger[3] == 297


def test_a_seal_is_red_where_the_truth_says() -> None:
    white = np.full((2376, 1680), 255, np.uint8)
    photo = photograph(white, level="easy", seed=1, made=plain(scene={"seal": True}))
    picture = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_COLOR).astype(int)

    left, top, right, bottom = photo.truth.soil[0].rect_mm
    red = (picture[..., 2] - picture[..., 0]) > 90
    ys, xs = np.nonzero(red)
    corners = photo.truth.to_photo(np.array([[left, top], [right, bottom]])).round()
    assert red.sum() > 200
    assert xs.min() >= corners[0][0] - 4
    assert ys.max() <= corners[1][1] + 4


def test_a_crumpled_page_is_found_again_to_a_hundredth_of_a_millimetre() -> None:
    pose = Pose(tilt=0.3, pan=-0.2, roll=1.7, fill=0.8)
    paper = surface((210, 297), (1800, 2400), pose, (Bend("crumple", 0.0, 5.0, 0.42),))
    points = np.random.default_rng(1).uniform([0, 0], [210, 297], (200, 2))

    assert np.abs(paper.locate(paper.project(points)) - points).max() < 0.01
    assert np.ptp(paper.height(points)) > 1.5


def test_large_sensors_are_used_only_where_they_are_asked_for() -> None:
    usual = [recipe(Level.EASY, seed).camera.frame_px for seed in range(150)]
    asked = [recipe(Level.EASY, seed, most_px=51_000_000).camera.frame_px for seed in range(150)]

    assert max(w * h for w, h in usual) < 13_000_000
    assert max(w * h for w, h in asked) > 49_000_000


def test_normal_photos_hold_every_effect_some_of_the_time() -> None:
    made = [recipe(Level.NORMAL, seed) for seed in range(300)]

    assert any(one.camera.moire for one in made)
    assert any(one.scene.creases for one in made)
    assert any(one.scene.neighbour for one in made)
    assert {bend.kind for one in made for bend in one.bends} == {
        "curl",
        "lift",
        "wave",
        "fold",
        "crumple",
    }


def test_seeds_of_the_report_are_refused_outside_of_its_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(REPORT_RUN, raising=False)
    with pytest.raises(ReportSeedError):
        recipe(Level.NORMAL, REPORT.start)
    with pytest.raises(ReportSeedError):
        fill(coloured(a_page()), LAYOUT, Side.FRONT, seed=REPORT.stop - 1)

    monkeypatch.setenv(REPORT_RUN, "1")
    assert recipe(Level.NORMAL, REPORT.start) != recipe(Level.NORMAL, 1)
