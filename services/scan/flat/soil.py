"""Seals and fingers on a page: what is red and large, thin where it is print, solid where it is skin.

A seal is looked through: what a pen left under it stays. What lies under a finger nobody saw.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.colours import Colours
from services.scan.flat.registration import Registration
from shared.layout.model import Rect

_PX = 2.5  # per mm, of the map of the whole page
_JOIN_MM = 2.5  # gaps of a seal's ring and letters
_SEAL_MM = 20.0  # both ways; a red pen's line is long one way only
_SOLID_MM = 7.0  # thicker than a seal's star: skin
_SLACK_MM = 1.2  # around either
_DARK = 0.85  # of the paper's level: a finger is darker, and so are shadows
_HIDDEN_SHARE = 0.04  # of a cell that may lie under a finger

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Soil:
    """Of one page; looked for when somebody first asks."""

    page: Registration
    colours: Colours
    paper: tuple[int, int]  # width and height of the page, 0.1 mm
    _red: npt.NDArray[np.uint8] | None = field(default=None)
    _seals: Mask | None = field(default=None)
    _skin: Mask | None = field(default=None)

    def seal_in(self, area: Rect, px_per_mm: float) -> Mask | None:
        """Where a seal's ink lies in an area; None where there is none."""
        if self._seals is None:
            whole = self._reddened()
            solid = cv2.dilate(_solid(whole), _disc(2 * _SLACK_MM))
            self._seals = _large(np.asarray(cv2.subtract(whole, solid), np.uint8))
        near = _part(self._seals, area)
        if not near.any():
            return None
        red = self.colours.red_in(self.page, area, px_per_mm)
        if red is None:
            return None
        size = (red.shape[1], red.shape[0])
        around = cv2.resize(near.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        return np.asarray(red & (around > 0), bool)

    def hides(self, area: Rect) -> bool:
        """Whether a finger, or something as solid, lies on an area."""
        if self._skin is None:
            self._skin = self._hidden()
        part = _part(self._skin, area)
        return bool(part.size and part.mean() > _HIDDEN_SHARE)

    def _hidden(self) -> Mask:
        """What is solid and dark in grey; where there is colour, only what is red of it: skin.

        Shadows are as dark and as large, and pens are seen in them.
        """
        solid = _solid(self._darkened())
        if not solid.any() or self.colours.is_known:
            solid = _solid(self._reddened()) if solid.any() else solid
        return np.asarray(cv2.dilate(solid, _disc(2 * _SLACK_MM)), bool)

    def _darkened(self) -> npt.NDArray[np.uint8]:
        flat = self.page.warp(self.page.picture, Rect(0, 0, *self.paper), _PX)
        paper = float(np.percentile(flat, 75))
        return (flat < _DARK * paper).astype(np.uint8)

    def _reddened(self) -> npt.NDArray[np.uint8]:
        if self._red is None:
            red = self.colours.red_in(self.page, Rect(0, 0, *self.paper), _PX)
            size = (2, 2) if red is None else red.shape
            self._red = np.zeros(size, np.uint8) if red is None else red.astype(np.uint8)
        return self._red


def _solid(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """What is left when everything thinner is taken away."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _disc(_SOLID_MM)), np.uint8)


def _large(thin: npt.NDArray[np.uint8]) -> Mask:
    """The pieces, gaps closed, that are as large as a seal both ways, with some slack."""
    joined = cv2.morphologyEx(thin, cv2.MORPH_CLOSE, _disc(_JOIN_MM))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least = _SEAL_MM * _PX
    kept = np.zeros(count, bool)
    kept[1:] = (boxes[1:, 2] >= least) & (boxes[1:, 3] >= least)
    return cv2.dilate(kept[labels].astype(np.uint8), _disc(2 * _SLACK_MM)).astype(bool)


def _disc(mm: float) -> npt.NDArray[np.uint8]:
    side = round(mm * _PX) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _part(whole: Mask, area: Rect) -> Mask:
    scale = _PX / 10
    top, left = round(max(0, area.y) * scale), round(max(0, area.x) * scale)
    bottom, right = round(area.bottom * scale) + 1, round(area.right * scale) + 1
    return whole[top:bottom, left:right]
