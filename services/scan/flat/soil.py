"""Seals and fingers on a page: what is red and large, thin where it is print, solid where it is skin.

A seal is looked through: what a pen left under it stays. What lies under a finger nobody saw.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.paper import PX_PER_MM, RED, REDDISH, Mask, Paper, part_of
from shared.layout.model import Rect

_EVERY = 3  # pixels of the page per pixel of the map of soil
_PX = PX_PER_MM / _EVERY  # per mm
_JOIN_MM = 2.5  # gaps of a seal's ring and letters
_SEAL_MM = 20.0  # both ways; a red pen's line is long one way only
_SOLID_MM = 7.0  # thicker than any letter: a seal's star, or skin
_STAR = 0.5  # of a seal's width that its star may have
_RED_SHARE = 0.2  # of what is reddish in a seal that is red for sure
_SLACK_MM = 1.2  # around either
_DARK = 0.85  # of the paper's level: a finger is darker, and so are shadows
_HIDDEN_SHARE = 0.04  # of a cell that may lie under a finger


@dataclass(frozen=True)
class Soil:
    """Of one page; looked for when somebody first asks."""

    paper: Paper

    def seal_in(self, area: Rect) -> Mask | None:
        """Where a seal's ink lies in an area, in pixels of the page; None where there is none."""
        if self._seals is None:
            return None
        near = part_of(self._seals, area, _PX)
        red = self.paper.red_in(area, REDDISH) if near.any() else None
        if red is None:
            return None
        size = (red.shape[1], red.shape[0])
        around = cv2.resize(near, size, interpolation=cv2.INTER_NEAREST)
        return np.asarray(red & (around > 0), bool)

    def hides(self, area: Rect) -> bool:
        """Whether a finger, or something as solid, lies on an area."""
        part = part_of(self._skin, area, _PX)
        return bool(part.size and part.mean() > _HIDDEN_SHARE)

    @cached_property
    def _seals(self) -> npt.NDArray[np.uint8] | None:
        lumps, reds = self._lumps, self._reds
        if lumps is None or reds is None:
            return None
        thin = (reds >= REDDISH) & (cv2.dilate(lumps, _disc(2 * _SLACK_MM)) == 0)
        seals = [one.hull for one in _large(thin, reds == RED)]
        if not seals:
            return None
        whole = np.zeros_like(reds)
        for hull in seals:
            cv2.fillConvexPoly(whole, hull, 1)
        return np.asarray(cv2.dilate(whole, _disc(2 * _SLACK_MM)), np.uint8)

    @cached_property
    def _skin(self) -> npt.NDArray[np.uint8]:
        """What is solid and dark in grey; where there is colour, only what is red of it: skin.

        Shadows are as dark and as large, and pens are seen in them.
        """
        solid = _solid(self._darkened())
        if solid.any() and self.paper.is_coloured:
            lumps = self._lumps
            solid = lumps if lumps is not None else np.zeros_like(solid)
        return np.asarray(cv2.dilate(solid, _disc(2 * _SLACK_MM)), np.uint8)

    def _darkened(self) -> npt.NDArray[np.uint8]:
        page = self.paper.page.flat
        size = (page.shape[1] // _EVERY, page.shape[0] // _EVERY)
        small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
        level = float(np.percentile(small[::2, ::2], 75))
        return (small < _DARK * level).astype(np.uint8)

    @cached_property
    def _lumps(self) -> npt.NDArray[np.uint8] | None:
        """What is red and solid, without the stars in the middle of seals."""
        if self._reds is None:
            return None
        red = self._reds == RED
        solid = _solid(red.astype(np.uint8))
        if not solid.any():
            return solid
        thin = red & (cv2.dilate(solid, _disc(2 * _SLACK_MM)) == 0)
        rings = _large(thin, red)
        for star in _pieces(solid):
            if any(ring.is_around(star) for ring in rings):
                solid[star.places] = 0
        return solid

    @cached_property
    def _reds(self) -> npt.NDArray[np.uint8] | None:
        reds = self.paper.reds
        if reds is None:
            return None
        height, width = self.paper.page.flat.shape
        size = (width // _EVERY, height // _EVERY)
        return np.asarray(cv2.resize(reds, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _solid(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """What is left when everything thinner is taken away."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _disc(_SOLID_MM)), np.uint8)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What hangs together in a mask."""

    box: tuple[int, int, int, int]  # left, top, width, height
    places: Mask

    @property
    def hull(self) -> npt.NDArray[np.int32]:
        """The convex outline: of a seal's ring all that lies in it."""
        found = cv2.findNonZero(self.places.astype(np.uint8))
        return np.asarray(cv2.convexHull(found), np.int32)

    def is_around(self, other: "_Piece") -> bool:
        """Whether the other one is as a star in a seal: inside, and no more than half as wide."""
        return all(
            self.box[axis] < other.box[axis]
            and other.box[axis] + other.box[axis + 2] < self.box[axis] + self.box[axis + 2]
            and other.box[axis + 2] <= _STAR * self.box[axis + 2]
            for axis in (0, 1)
        )


def _pieces(mask: npt.NDArray[np.uint8], least: float = 0.0) -> list[_Piece]:
    """The pieces of a mask that are at least so many pixels wide and high."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for one in range(1, count):
        left, top, width, height, _area = (int(value) for value in boxes[one])
        if min(width, height) >= least:
            found.append(_Piece((left, top, width, height), np.asarray(labels == one, bool)))
    return found


def _large(thin: Mask, red: Mask) -> list[_Piece]:
    """The pieces, gaps closed, that are as large as a seal both ways, and red enough."""
    joined = cv2.morphologyEx(thin.astype(np.uint8), cv2.MORPH_CLOSE, _disc(_JOIN_MM))
    return [
        one
        for one in _pieces(np.asarray(joined, np.uint8), _SEAL_MM * _PX)
        if (red & thin & one.places).sum() >= _RED_SHARE * (thin & one.places).sum()
    ]


def _disc(mm: float) -> npt.NDArray[np.uint8]:
    side = round(mm * _PX) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
