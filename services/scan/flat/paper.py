"""The paper of a page laid flat: how bright each place is against the paper there, and how red.

Worked out once for the whole page, so that a cell, a tick box or a signature is a slice of it.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.registration import FLAT_PX_PER_MM, Registration
from services.scan.image.source import Colour, Gray, Source
from shared.layout.model import Rect

PX_PER_MM = FLAT_PX_PER_MM
PAPER = 200  # brightness of paper
_PAPER_MM = 7.0  # wider than any stroke, narrower than a shadow
_COARSE = 2  # pixels of the page per pixel in which the paper is told: it changes slowly
_RED_PX = PX_PER_MM / _COARSE  # per mm, of the map of reds
# How much more of the paper's red than of its green and blue is left where ink is red.
_REDNESS = 0.16
_TINGE = 0.08  # beside what is red: small photos keep a fourth of the colours, smeared
_AROUND_MM = 0.35  # a stroke's rim is less red than its middle
_GLANCE_PX = 1.0  # per mm, in which a page without any red is told
_GLANCE_LEAST = 12  # places of it
_TILE_MM, _EVERY = 10.0, 3  # grain is looked for in tiles, in every third pixel
_PLAIN = 35  # per cent of the tiles that are plainer
_WHITE = 0.85  # share of the places of a page that are no brighter than its paper

RED, REDDISH = 2, 1  # a map of reds

Mask = npt.NDArray[np.bool_]
Levels = cv2.typing.MatLike


@dataclass(frozen=True)
class Paper:
    """Of one page; each map is made when it is first asked for."""

    page: Registration
    source: Source | None  # None: nobody knows its colours

    @cached_property
    def brightness(self) -> Gray:
        """Of every place, as a share of the paper's around it: `PAPER` where nothing is."""
        soft = cv2.GaussianBlur(self.page.flat, (3, 3), 0)
        height, width = soft.shape
        size = (max(1, width // _COARSE), max(1, height // _COARSE))
        coarse = cv2.resize(soft, size, interpolation=cv2.INTER_AREA)
        side = round(_PAPER_MM * PX_PER_MM / _COARSE) | 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel)
        smooth = cv2.blur(cv2.blur(closed, (side // 2, side // 2)), (side // 2, side // 2))
        paper = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.divide(soft, paper, scale=PAPER), np.uint8)

    @cached_property
    def grain(self) -> float:
        """How much the brightness of plain paper differs from place to place: a deviation."""
        side = round(_TILE_MM * PX_PER_MM) // _EVERY
        small = self.brightness[::_EVERY, ::_EVERY]
        down, across = (length // side for length in small.shape)
        tiles = small[: down * side, : across * side].reshape(down, side, across, side)
        flat = tiles.transpose(0, 2, 1, 3).reshape(down * across, -1).astype(np.float32)
        off = np.abs(flat - np.median(flat, axis=1, keepdims=True))
        # Most of a page is printed or written on: the plainer third of it is paper.
        return 1.4826 * float(np.percentile(np.median(off, axis=1), _PLAIN))

    def brightness_in(self, area: Rect) -> Gray:
        """The same of an area of the layout."""
        return part_of(self.brightness, area, PX_PER_MM)

    def grey_in(self, area: Rect) -> Gray:
        """The page's own grey in an area."""
        return part_of(self.page.flat, area, PX_PER_MM)

    @property
    def is_coloured(self) -> bool:
        """Whether anybody can tell red from black."""
        return self.source is not None and self.source.colour is not None

    @cached_property
    def reds(self) -> npt.NDArray[np.uint8] | None:
        """`RED` or `REDDISH` where the page is, at half of `PX_PER_MM`, else 0.

        None where nobody can tell, and where nothing is.
        """
        colour = self.source.colour if self.source is not None else None
        if colour is None or not self._is_red_anywhere(colour):
            return None
        reach = 2 * round(_AROUND_MM * _RED_PX) + 1
        mixed, shade = self._colours_of(colour, _RED_PX)
        found = _redder(mixed, shade, _REDNESS) + _redder(mixed, shade, _TINGE)
        return np.asarray(cv2.dilate(found, np.ones((reach, reach), np.uint8)), np.uint8)

    def red_in(self, area: Rect, least: int = RED) -> Mask | None:
        """Where an area is red, in pixels of `brightness_in`; None where nothing is."""
        if self.reds is None:
            return None
        near = part_of(self.reds, area, _RED_PX)
        if not (near >= least).any():
            return None
        height, width = part_of(self.page.flat, area, PX_PER_MM).shape
        grown = cv2.resize(near, (width, height), interpolation=cv2.INTER_NEAREST)
        return np.asarray(grown >= least, bool)

    def _is_red_anywhere(self, colour: Colour) -> bool:
        mixed, shade = self._colours_of(colour, _GLANCE_PX)
        return int(_redder(mixed, shade, _REDNESS).sum()) >= _GLANCE_LEAST

    def _colours_of(self, colour: Colour, px_per_mm: float) -> tuple[Levels, Levels]:
        """What red is above green and blue at each place, and how much of all is around it."""
        flat = self.page.warp(colour, Rect(0, 0, *self.page.size), px_per_mm)
        # Which light it was is one question for the page; how much of it fell where is not asked.
        lit = flat[::4, ::4].reshape(-1, 3)
        white = np.maximum(np.percentile(lit, 100 * _WHITE, axis=0), 1.0)
        mixed = cv2.transform(flat, np.array([[-0.5, -0.5, 1.0]] / white * PAPER))
        level = cv2.transform(flat, np.array([[0.25, 0.25, 0.5]] / white * PAPER))
        # In the shade less light is left of everything: what counts is red against all of it.
        return mixed, cv2.blur(level, (_shade_px(px_per_mm),) * 2)


def part_of(whole: npt.NDArray[np.uint8], area: Rect, px_per_mm: float) -> npt.NDArray[np.uint8]:
    """The pixels of an area of the layout in a map of the page."""
    scale = px_per_mm / 10
    top, left = max(0, round(area.y * scale)), max(0, round(area.x * scale))
    bottom, right = round(area.bottom * scale), round(area.right * scale)
    return whole[top:bottom, left:right]


def _redder(mixed: Levels, shade: Levels, share: float) -> npt.NDArray[np.uint8]:
    """1 where so large a share of the light is red that green and blue have not."""
    found = cv2.compare(mixed, cv2.convertScaleAbs(shade, alpha=share), cv2.CMP_GT)
    return np.asarray(found // 255, np.uint8)


def _shade_px(px_per_mm: float) -> int:
    return round(2 * _PAPER_MM * px_per_mm) | 1
