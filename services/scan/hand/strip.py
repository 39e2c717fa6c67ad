"""Cuts the writing of a cell into the strips the model reads: one per line of writing."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.hand.ink import Drop, Gray, Ink, Mask

Part = TypeVar("Part", Drop, Mask)

# Lower writing than this share of the crop (一, a dash) keeps room above and below.
_LEAST_HEIGHT = 0.34
_DARK = 0.85  # how dark writing is made, whatever pen it was
_GAP = 0.06  # of the busiest row: fewer dark pixels lie between two lines
_LEAST_LINE = 0.22  # of the writing's height that a line of its own has


class View(StrEnum):
    """One way to show the same writing to the model; each makes mistakes of its own."""

    WHOLE = "whole"  # as it lies in the cell, comb and rules included: cut boxes would read as 1
    BARE = "bare"  # the writing alone, as large as it gets
    SMALL = "small"  # the writing alone, small and soft


_MARGIN = {View.BARE: 0.1, View.SMALL: 0.4}  # of the writing's height, on every side
_STRETCH = {View.BARE: 1.15, View.SMALL: 1.0}
_SOFT_PX = 1.2
_BESIDE = 0.5  # of the crop's height that `WHOLE` keeps left and right of the writing
_AROUND = 0.8  # of the writing's height that `WHOLE` keeps above and below, where there is more


def strip_of(ink: Ink, view: View = View.WHOLE) -> Gray:
    """All writing of an `Ink` that is not blank as one line, black on white."""
    if view is View.WHOLE:
        return _whole(ink)
    top, bottom = _span(ink.mask.max(axis=1))
    left, right = _span(ink.mask.max(axis=0))
    height = max(bottom - top, int(_LEAST_HEIGHT * ink.mask.shape[0]))
    middle = (top + bottom) / 2
    margin = round(height * _MARGIN[view])
    near = cv2.dilate(ink.mask, np.ones((5, 5), np.uint8))
    strip = _window(
        _darkened(np.where(near > 0, ink.drop, 0).astype(np.float32), ink),
        (round(middle - height / 2) - margin, round(middle + height / 2) + margin),
        (left - margin, right + margin),
    )
    if view is View.SMALL:
        strip = cv2.GaussianBlur(strip, (0, 0), _SOFT_PX).astype(np.uint8, copy=False)
    wide = round(strip.shape[1] * _STRETCH[view])
    return cv2.resize(strip, (wide, strip.shape[0])).astype(np.uint8, copy=False)


def _whole(ink: Ink) -> Gray:
    height, width = ink.mask.shape
    left, right = _span(ink.mask.max(axis=0))
    top, bottom = _span(ink.mask.max(axis=1))
    beside, around = int(_BESIDE * height), int(_AROUND * max(bottom - top, _LEAST_HEIGHT * height))
    rows = (max(0, top - around), min(height, bottom + around))
    columns = (max(0, left - beside), min(width, right + beside))
    return _window(_darkened(ink.printed, ink), rows, columns)


def lines_of(ink: Ink) -> tuple[Ink, ...]:
    """The lines of writing in a cell from top to bottom; one where no clear gap lies between."""
    rows = ink.mask.sum(axis=1).astype(np.float64)
    top, bottom = _span(ink.mask.max(axis=1))
    cuts = [top, *_gaps(rows, top, bottom), bottom]
    least = _LEAST_LINE * (bottom - top)
    if any(below - above < least for above, below in pairwise(cuts)):
        return (ink,)
    return tuple(
        Ink(
            _between(ink.drop, above, below),
            _between(ink.printed, above, below),
            _between(ink.mask, above, below),
        )
        for above, below in pairwise(cuts)
    )


def _gaps(rows: npt.NDArray[np.float64], top: int, bottom: int) -> Iterator[int]:
    """The middle of every nearly empty band inside the writing."""
    is_empty = rows <= _GAP * rows.max()
    start: int | None = None
    least = max(2, (bottom - top) // 40)
    margin = int(_LEAST_LINE * (bottom - top))
    for row in range(top, bottom):
        if is_empty[row] and start is None:
            start = row
        elif not is_empty[row] and start is not None:
            if row - start >= least and top + margin < (start + row) // 2 < bottom - margin:
                yield (start + row) // 2
            start = None


def _between(rows: Part, above: int, below: int) -> Part:
    part = np.zeros_like(rows)
    part[above:below] = rows[above:below]
    return part


def _darkened(drop: Drop, ink: Ink) -> Drop:
    """Pencil as dark as a pen."""
    level = float(np.percentile(ink.drop[ink.mask > 0], 80))
    return np.asarray(np.clip(drop * (_DARK / max(level, 0.05)), 0, 1), np.float32)


def _window(drop: Drop, rows: tuple[int, int], columns: tuple[int, int]) -> Gray:
    height, width = drop.shape
    page = np.zeros((rows[1] - rows[0], columns[1] - columns[0]), np.float32)
    y0, y1 = max(0, rows[0]), min(height, rows[1])
    x0, x1 = max(0, columns[0]), min(width, columns[1])
    page[y0 - rows[0] : y1 - rows[0], x0 - columns[0] : x1 - columns[0]] = drop[y0:y1, x0:x1]
    strip: Gray = np.round(255 * (1 - page)).astype(np.uint8)
    return strip


def _span(profile: Mask) -> tuple[int, int]:
    used = np.flatnonzero(profile)
    return int(used[0]), int(used[-1]) + 1
