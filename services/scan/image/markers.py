"""The four ArUco markers: where the sheet lies in the picture, and which way up."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.image.source import Gray
from shared.layout.model import MODULE, Rect
from shared.layout.registry import built_in

Points = npt.NDArray[np.float64]
MARKERS = 4
# Enough for a homography that points at a code; a sheet is registered only with all four.
MIN_MARKERS = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """Maps paper (0.1 mm) to pixels of the searched picture."""

    matrix: Points
    seen: int

    def to_picture(self, points: Points) -> Points:
        """Where points of the paper lie."""
        mapped = cv2.perspectiveTransform(points.reshape(-1, 1, 2).astype(np.float64), self.matrix)
        return np.asarray(mapped, dtype=np.float64).reshape(-1, 2)

    def module_px(self) -> float:
        """Pixels per module in the middle of the page."""
        width, height = page_size()
        middle = np.array([[width / 2, height / 2], [width / 2 + MODULE, height / 2]])
        ends = self.to_picture(middle)
        return float(np.linalg.norm(ends[1] - ends[0]))

    def corners(self) -> Points:
        """The page's corners, clockwise from its own top left."""
        width, height = page_size()
        return self.to_picture(np.array([[0, 0], [width, 0], [width, height], [0, height]], float))


def find_markers(picture: Gray) -> dict[int, Points]:
    """Corners of each marker seen once, by id; ids seen twice belong to two sheets."""
    return _told_apart(picture, _detector())


def find_markers_fast(picture: Gray) -> dict[int, Points]:
    """The same where light is even and the sheet fills the picture, in a third of the time."""
    return _told_apart(picture, _fast_detector())


def frame_of(found: dict[int, Points]) -> Frame | None:
    """The sheet's place by its markers; None with fewer than two."""
    if len(found) < MIN_MARKERS:
        return None
    rects = marker_rects()
    paper = np.concatenate([_corners_of(rects[id_]) for id_ in sorted(found)])
    seen = np.concatenate([found[id_] for id_ in sorted(found)])
    matrix, _ = cv2.findHomography(paper, seen, 0)
    if matrix is None or not np.isfinite(matrix).all():
        return None
    return Frame(np.asarray(matrix, dtype=np.float64), len(found))


@cache
def marker_rects() -> dict[int, Rect]:
    """Where the markers stand: the same in every layout, because nobody knows the layout yet."""
    return {marker.id: marker.rect for marker in built_in()[0].markers}


@cache
def page_size() -> tuple[int, int]:
    """Width and height of the paper."""
    return built_in()[0].page_size


@cache
def code_places() -> tuple[Rect, ...]:
    """Where codes may stand, with their quiet zone: the largest symbol's place covers the others'."""
    largest = max(built_in(), key=lambda one: one.qr_version)
    return tuple(rect.grown(4 * MODULE) for rect in largest.qr_rects)


def _corners_of(rect: Rect) -> Points:
    return np.array(
        [
            [rect.x, rect.y],
            [rect.right, rect.y],
            [rect.right, rect.bottom],
            [rect.x, rect.bottom],
        ],
        dtype=np.float64,
    )


def _told_apart(picture: Gray, detector: cv2.aruco.ArucoDetector) -> dict[int, Points]:
    corners, ids, _ = detector.detectMarkers(picture)
    found: dict[int, list[Points]] = {}
    for one, id_ in zip(corners, [] if ids is None else ids.flatten(), strict=True):
        if int(id_) < MARKERS:
            found.setdefault(int(id_), []).append(np.asarray(one, np.float64).reshape(4, 2))
    return {id_: places[0] for id_, places in found.items() if len(places) == 1}


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.adaptiveThreshWinSizeMin = 7
    parameters.adaptiveThreshWinSizeMax = 31
    parameters.adaptiveThreshWinSizeStep = 12
    parameters.minMarkerPerimeterRate = 0.015
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.ArucoDetector(dictionary, parameters)


@cache
def _fast_detector() -> cv2.aruco.ArucoDetector:
    """One threshold instead of three, and nothing smaller than a page's marker."""
    parameters = cv2.aruco.DetectorParameters()
    parameters.adaptiveThreshWinSizeMin = parameters.adaptiveThreshWinSizeMax = 19
    parameters.minMarkerPerimeterRate = 0.05
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.ArucoDetector(dictionary, parameters)
