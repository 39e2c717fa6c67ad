"""Marks too pale to stand out by themselves: a box is held against the other boxes of its page.

Most boxes of a page are empty, and light, lens and grain are the same for all of them: what an
empty box looks like on this page need not be known beforehand.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from services.scan.flat.paper import PAPER, PX_PER_MM, Paper
from services.scan.flat.soil import Soil
from shared.layout.model import Rect

BOX_INSET = 6  # 0.1 mm: a box's printed frame with its slack
_SOFT_PX = 0.9  # grain is softened away, a stroke is not
_ROUND = 4  # 0.1 mm around the inside that the softening needs
_ROUND_PX = 2
_DARKEST = 0.92  # of the inside is paler: a stroke from corner to corner is more
_WIDEST_MM = 1.5  # of a stroke; folds, stains' edges and shadows are wider
_FEWEST = 6  # boxes that may say what is usual
_LEAST_SPREAD = 0.7  # levels: no page is printed and seen more evenly
_ODD, _ODD_LEVELS = 3.5, 0.02 * PAPER  # both: deviations of the others, and levels below them


@dataclass(frozen=True, slots=True)
class EmptyBoxes:
    """What the empty boxes of a page look like."""

    usual: float  # levels below what is around in their darkest parts
    spread: float  # a deviation

    def are_unlike(self, darkness: float | None) -> bool:
        """Whether a box is darker than they are by more than they differ."""
        more = 0.0 if darkness is None else darkness - self.usual
        return more > max(_ODD * self.spread, _ODD_LEVELS)


def empty_boxes(seen: Iterable[float | None]) -> EmptyBoxes | None:
    """What is usual among the boxes of a page, more than half empty; None: too few were seen."""
    levels = np.array([one for one in seen if one is not None])
    if len(levels) < _FEWEST:
        return None
    usual = float(np.median(levels))
    spread = 1.4826 * float(np.median(np.abs(levels - usual)))
    return EmptyBoxes(usual, max(spread, _LEAST_SPREAD))


def darkness_of(paper: Paper, box: Rect, soil: Soil) -> float | None:
    """How far strokes in a box are below what is around them, in levels of paper.

    None where a seal or a finger lies.
    """
    inside = box.grown(-BOX_INSET)
    if soil.hides(inside) or soil.seal_in(inside) is not None:
        return None
    wide = paper.brightness_in(inside.grown(_ROUND))
    soft = cv2.GaussianBlur(wide, (0, 0), _SOFT_PX)[_ROUND_PX:-_ROUND_PX, _ROUND_PX:-_ROUND_PX]
    if not soft.size:
        return None
    wide_px = round(_WIDEST_MM * PX_PER_MM) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide_px, wide_px))
    below = np.sort(cv2.morphologyEx(soft, cv2.MORPH_BLACKHAT, kernel).ravel())
    return float(below[int(_DARKEST * (below.size - 1))])
