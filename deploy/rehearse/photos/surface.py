"""Where a point of the paper lands in the photo: camera, bent paper, lens. Exact both ways.

Paper coordinates are millimetres from the page's top left corner, x right, y down; photo
coordinates are pixels of the upright photo file, pixel centres at whole numbers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.floating[Any]]  # (n, 2), x and y

_RIDGES = 5  # directions of a crumpled page
_STEPS = 12  # of the fixed points below; each step shrinks the error about tenfold


@dataclass(frozen=True, slots=True)
class Bend:
    """One way in which the paper leaves the table, along a direction.

    `angle` is the direction across the bend in radians. `height_mm` is the greatest
    height; a fold is a ridge at `at` (share of the page), a curl lifts one edge or both. A
    crumpled page has ridges all over, in directions drawn from `at`.
    """

    kind: str  # "curl", "lift", "fold", "wave", "crumple"
    angle: float
    height_mm: float
    at: float = 0.5

    def height(self, points: Points, size: tuple[float, float]) -> npt.NDArray[np.float64]:
        """Height above the table in mm."""
        if self.kind == "crumple":
            return self.height_mm * self._crumpled(points)
        share = self._share(points, size)
        if self.kind == "curl":
            shape = (2 * share - 1) ** 2
        elif self.kind == "lift":
            shape = np.clip((share - self.at) / (1 - self.at), 0, None) ** 2
        elif self.kind == "fold":
            shape = np.clip(1 - np.abs(share - self.at) / 0.35, 0, None)
        else:
            shape = 0.5 + 0.5 * np.sin(2 * np.pi * (1.5 * share + self.at))
        return np.asarray(self.height_mm * shape)

    def _crumpled(self, points: Points) -> npt.NDArray[np.float64]:
        """Ridges of several directions, 0 .. 1 high."""
        rng = np.random.default_rng(int(self.at * 1e9))
        total = np.zeros(len(points))
        for angle, pitch, phase in rng.uniform([0, 45, 0], [np.pi, 110, 1], (_RIDGES, 3)):
            along = points @ np.array([np.cos(angle), np.sin(angle)]) / pitch + phase
            total += 2 * np.abs(along - np.round(along))
        return np.asarray(total / _RIDGES, dtype=np.float64)

    def _share(self, points: Points, size: tuple[float, float]) -> npt.NDArray[np.float64]:
        direction = np.array([np.cos(self.angle), np.sin(self.angle)])
        corners = np.array([[0, 0], [size[0], 0], [0, size[1]], size], dtype=float) @ direction
        share = (points @ direction - corners.min()) / np.ptp(corners)
        return np.asarray(np.clip(share, 0, 1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Surface:
    """A sheet of paper before a camera."""

    size_mm: tuple[float, float]
    homography: npt.NDArray[np.float64]  # (3, 3), table plane in mm -> pixels
    camera_mm: tuple[float, float, float]  # camera's position above the page
    centre_px: tuple[float, float]
    distortion: float  # radial, at half the diagonal
    half_diagonal_px: float
    bends: tuple[Bend, ...]

    def project(self, points_mm: Points) -> Points:
        """Where points of the paper lie in the photo."""
        flat = _homogeneous(self.homography, self._on_table(points_mm))
        centre = np.array(self.centre_px)
        seen = flat
        for _ in range(_STEPS):
            seen = centre + (flat - centre) / self._stretch(seen)
        return seen

    def locate(self, pixels: Points) -> Points:
        """Which points of the paper, continued beyond its edges, lie at these pixels."""
        centre = np.array(self.centre_px)
        flat = centre + (pixels - centre) * self._stretch(pixels)
        table = _homogeneous(np.asarray(np.linalg.inv(self.homography)), flat)
        paper = table
        for _ in range(_STEPS):
            paper = paper + table - self._on_table(paper)
        return paper

    def height(self, points_mm: Points) -> npt.NDArray[np.float64]:
        """Height of the paper above the table in mm."""
        total = np.zeros(len(points_mm))
        for bend in self.bends:
            total += bend.height(points_mm, self.size_mm)
        return total

    def corners_px(self) -> Points:
        """The page's corners in the photo, clockwise from its own top left."""
        width, height = self.size_mm
        return self.project(np.array([[0, 0], [width, 0], [width, height], [0, height]], float))

    def _on_table(self, points_mm: Points) -> Points:
        """The table point hidden behind each paper point, as the camera sees it."""
        x, y, z = self.camera_mm
        lift = self.height(points_mm)
        return np.asarray(points_mm + (lift / (z - lift))[:, None] * (points_mm - np.array([x, y])))

    def _stretch(self, pixels: Points) -> Points:
        radius = np.linalg.norm(pixels - np.array(self.centre_px), axis=1) / self.half_diagonal_px
        return np.asarray((1 + self.distortion * radius**2)[:, None])


@dataclass(frozen=True, slots=True)
class Pose:
    """How the phone is held: angles in radians, fill and shift as shares of the frame."""

    tilt: float
    pan: float
    roll: float
    fill: float  # the page's longer spread against the frame's
    shift: tuple[float, float] = (0.0, 0.0)
    distortion: float = 0.0


def surface(
    size_mm: tuple[float, float],
    frame_px: tuple[int, int],
    pose: Pose,
    bends: tuple[Bend, ...] = (),
) -> Surface:
    """Set up the camera so that the page fills the wanted share of the frame."""
    width, height = frame_px
    focal = 0.78 * max(frame_px)
    rotation = _rotation(pose)
    centre = np.array([width / 2, height / 2])
    distance = 1000.0
    for _ in range(6):  # perspective makes the spread not quite proportional
        matrix = _matrix(size_mm, focal, centre, rotation, distance)
        corners = _homogeneous(matrix, _corners(size_mm))
        spread = (np.ptp(corners, axis=0) / np.array(frame_px)).max()
        distance *= spread / pose.fill
    matrix = _matrix(size_mm, focal, centre, rotation, distance)
    corners = _homogeneous(matrix, _corners(size_mm))
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    move = np.eye(3)
    move[:2, 2] = centre - middle + np.array(pose.shift) * np.array(frame_px)
    camera = -rotation.T @ np.array([0, 0, distance])
    return Surface(
        size_mm=size_mm,
        homography=move @ matrix,
        camera_mm=(camera[0] + size_mm[0] / 2, camera[1] + size_mm[1] / 2, abs(camera[2])),
        centre_px=(width / 2, height / 2),
        distortion=pose.distortion,
        half_diagonal_px=float(np.hypot(width, height) / 2),
        bends=bends,
    )


def _rotation(pose: Pose) -> npt.NDArray[np.float64]:
    def turn(axis: int, angle: float) -> npt.NDArray[np.float64]:
        first, second = [(1, 2), (2, 0), (0, 1)][axis]
        matrix = np.eye(3)
        matrix[first, first] = matrix[second, second] = np.cos(angle)
        matrix[first, second], matrix[second, first] = -np.sin(angle), np.sin(angle)
        return matrix

    return np.asarray(turn(0, pose.tilt) @ turn(1, pose.pan) @ turn(2, pose.roll))


def _matrix(
    size_mm: tuple[float, float],
    focal: float,
    centre: npt.NDArray[np.float64],
    rotation: npt.NDArray[np.float64],
    distance: float,
) -> npt.NDArray[np.float64]:
    camera = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1.0]])
    to_middle = np.array([[1, 0, -size_mm[0] / 2], [0, 1, -size_mm[1] / 2], [0, 0, 1.0]])
    plane = np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, distance]])
    return np.asarray(camera @ plane @ to_middle)


def _corners(size_mm: tuple[float, float]) -> Points:
    width, height = size_mm
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=float)


def _homogeneous(matrix: Points, points: Points) -> Points:
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:])
