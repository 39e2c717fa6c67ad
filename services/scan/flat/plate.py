"""A thin plate through measured places: how the paper leaves its plane, bending as little as it can."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.interpolate import RBFInterpolator

Points = npt.NDArray[np.float64]

_STEP = 40.0  # 0.1 mm between places where a bend is worked out; a curl is centimetres wide
_BEYOND = 120.0  # of the paper's edge
_CM = 100.0  # 0.1 mm in a centimetre: the solver's numbers stay near one


@dataclass(frozen=True, slots=True)
class Controls:
    """Where one direction was measured, by how much, and how far it may be missed."""

    places: Points  # (n, 2), paper, 0.1 mm
    offsets: Points  # (n,), 0.1 mm
    slack: Points  # (n,), of the smoothing; 0 = exactly

    def joined(self, other: "Controls") -> "Controls":
        """Both together."""
        return Controls(
            np.concatenate([self.places, other.places]),
            np.concatenate([self.offsets, other.offsets]),
            np.concatenate([self.slack, other.slack]),
        )

    def without(self, place: int) -> "Controls":
        """All but one."""
        kept = np.arange(len(self.offsets)) != place
        return Controls(self.places[kept], self.offsets[kept], self.slack[kept])


class Plate:
    """One direction of the bend."""

    def __init__(self, controls: Controls) -> None:
        self.controls = controls
        self._surface = RBFInterpolator(
            controls.places / _CM,
            controls.offsets,
            kernel="thin_plate_spline",
            smoothing=controls.slack,
        )

    def at(self, points: Points) -> Points:
        """The offset at points of the paper, (n, 2), in 0.1 mm."""
        return np.asarray(self._surface(np.asarray(points, float) / _CM), np.float64)

    def misses(self) -> Points:
        """By how much its own controls are missed."""
        return self.at(self.controls.places) - self.controls.offsets


@dataclass(frozen=True, slots=True)
class Bend:
    """Where a point of the paper is seen on the plane of the markers."""

    across: Plate
    down: Plate

    def at(self, points: Points) -> Points:
        """Points of the paper moved to the plane, (n, 2), 0.1 mm."""
        moved = np.stack([self.across.at(points), self.down.at(points)], axis=1)
        return np.asarray(points + moved, np.float64)


class SampledBend:
    """A bend known at the corners of a grid: asked for thousands of points at a time."""

    def __init__(self, bend: Bend, width: int, height: int) -> None:
        xs = np.arange(-_BEYOND, width + _BEYOND + _STEP, _STEP, dtype=float)
        ys = np.arange(-_BEYOND, height + _BEYOND + _STEP, _STEP, dtype=float)
        points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        offsets = (bend.at(points) - points).astype(np.float32)
        self._offsets = offsets.reshape(len(ys), len(xs), 2)

    def at(self, points: Points) -> Points:
        """Points of the paper moved to the plane, (n, 2), 0.1 mm."""
        asked = np.asarray(points, np.float64)
        x, y = ((asked + _BEYOND) / _STEP).astype(np.float32).T.reshape(2, -1, 1)
        maps = (np.ascontiguousarray(x), np.ascontiguousarray(y))
        beyond = cv2.BORDER_REPLICATE
        moved = cv2.remap(self._offsets, *maps, cv2.INTER_LINEAR, borderMode=beyond)
        return np.asarray(asked + moved.reshape(-1, 2), np.float64)


def project(matrix: Points, points: Points) -> Points:
    """Points through a homography."""
    mapped = cv2.perspectiveTransform(np.asarray(points, np.float64).reshape(-1, 1, 2), matrix)
    return np.asarray(mapped, np.float64).reshape(-1, 2)
