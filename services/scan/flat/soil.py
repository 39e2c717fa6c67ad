"""Seals and fingers on a page: what is red and large, thin where it is print, solid where it is skin.

A seal is looked through: what a pen left under it stays. What lies under a finger nobody saw.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.paper import PX_PER_MM, Mask, Paper, part_of
from shared.layout.model import Rect

_EVERY = 3  # pixels of the page per pixel of the map of soil
_PX = PX_PER_MM / _EVERY  # per mm
_JOIN_MM = 2.5  # gaps of a seal's ring and letters
_SEAL_MM = 20.0  # both ways; a red pen's line is long one way only
_SOLID_MM = 7.0  # thicker than a seal's star: skin
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
        red = self.paper.red_in(area) if near.any() else None
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
        whole = self._reddened
        if whole is None:
            return None
        solid = cv2.dilate(_solid(whole), _disc(2 * _SLACK_MM))
        return _large(np.asarray(cv2.subtract(whole, solid), np.uint8))

    @cached_property
    def _skin(self) -> npt.NDArray[np.uint8]:
        """What is solid and dark in grey; where there is colour, only what is red of it: skin.

        Shadows are as dark and as large, and pens are seen in them.
        """
        solid = _solid(self._darkened())
        if solid.any() and self.paper.is_coloured:
            red = self._reddened
            solid = _solid(red) if red is not None else np.zeros_like(solid)
        return np.asarray(cv2.dilate(solid, _disc(2 * _SLACK_MM)), np.uint8)

    def _darkened(self) -> npt.NDArray[np.uint8]:
        page = self.paper.page.flat
        size = (page.shape[1] // _EVERY, page.shape[0] // _EVERY)
        small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
        level = float(np.percentile(small[::2, ::2], 75))
        return (small < _DARK * level).astype(np.uint8)

    @cached_property
    def _reddened(self) -> npt.NDArray[np.uint8] | None:
        reds = self.paper.reds
        if reds is None:
            return None
        height, width = self.paper.page.flat.shape
        size = (width // _EVERY, height // _EVERY)
        return np.asarray(cv2.resize(reds, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _solid(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """What is left when everything thinner is taken away."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _disc(_SOLID_MM)), np.uint8)


def _large(thin: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """The pieces, gaps closed, that are as large as a seal both ways, with some slack."""
    joined = cv2.morphologyEx(thin, cv2.MORPH_CLOSE, _disc(_JOIN_MM))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least = _SEAL_MM * _PX
    kept = np.zeros(count, np.uint8)
    kept[1:] = (boxes[1:, 2] >= least) & (boxes[1:, 3] >= least)
    if not kept.any():
        return None
    return np.asarray(cv2.dilate(kept[labels], _disc(2 * _SLACK_MM)), np.uint8)


def _disc(mm: float) -> npt.NDArray[np.uint8]:
    side = round(mm * _PX) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
