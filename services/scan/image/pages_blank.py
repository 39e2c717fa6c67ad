"""Whether a side of paper is empty: what paper, scanner and feeder leave there is not ink.

Bleed-through is pale and soft, dust is small, punch holes are round and near an edge, a
scanner's edge and shadow lie along an edge, a streak runs the whole length. Everything else is
ink, and a page with ink is never blank: in doubt a person looks.
"""

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.image.source import Gray

# Levels and lengths are start values, set on made-up backs of sheets with seeds below 10,000.
PAPER_LEVEL = 120  # a page that is darker all over shows no paper
INK_LEVELS = 22  # darker than the paper around it; a hard pencil is 35 .. 60, bleed-through 5 .. 18
_LONG_SIDE = 1170  # about 100 dpi of A4, which halves the grain and keeps a pencil's line
_PER_MM = _LONG_SIDE / 297
_SPECK_MM = 1.3  # the diagonal of what may be dust
_HOLE_MM = (3.5, 9.0)  # diameters of punched holes
_HOLE_EDGE_MM = 22.0
_EDGE_MM = 5.0  # how far a shadow reaches in
_WEDGE_MM = 12.0  # how far the glass does beside paper that lies two degrees askew
_LONG_EDGE = 0.3  # of the page's side: a wedge is longer than what anybody writes there
_STREAK_MM = 1.5

Mask = npt.NDArray[np.bool_]
_Stats = npt.NDArray[np.int32]  # left, top, width, height, area


def is_blank(pixels: Gray) -> bool:
    """Whether nothing is written or printed on this side.

    Args:
        pixels: grey levels of a whole page as a scanner gives it, any resolution.
    """
    small = _small(pixels)
    paper = _paper(small)
    if float(np.percentile(paper, 20)) < PAPER_LEVEL:
        return False
    ink = (cv2.subtract(paper, small) >= _threshold(small)).astype(np.uint8)
    if cv2.countNonZero(ink) > ink.size // 20:
        return False
    # Dithered and broken lines are joined, so that a faint note does not pass for dust.
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    height, width = small.shape
    for label, one in enumerate(stats[1:], start=1):
        shape = _cut(np.asarray(labels), one) == label
        if not (
            _is_speck(one)
            or _is_streak(one, width, height)
            or _is_edge(one, shape, (width, height))
            or (_is_by_an_edge(one, width, height) and _is_hole(one, shape))
        ):
            return False
    return True


def _small(pixels: Gray) -> Gray:
    scale = _LONG_SIDE / max(pixels.shape)
    if scale >= 1:
        return pixels
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )


def _paper(small: Gray) -> Gray:
    """The paper's own level everywhere: the brighter half of a window wider than any hole."""
    quarter = cv2.resize(small, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    level = cv2.medianBlur(cv2.dilate(quarter, np.ones((3, 3), np.uint8)), 31)
    height, width = small.shape
    return cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR).astype(
        np.uint8, copy=False
    )


def _threshold(small: Gray) -> int:
    """Higher where the grain itself is coarse."""
    grain = cv2.absdiff(small, cv2.medianBlur(small, 3))
    return max(INK_LEVELS, int(4 * float(np.mean(grain)) * 1.25) + 8)


def _is_speck(one: _Stats) -> bool:
    return bool(np.hypot(one[2], one[3]) <= _SPECK_MM * _PER_MM)


def _is_streak(one: _Stats, width: int, height: int) -> bool:
    """A line from edge to edge: dust on the feeder's glass."""
    _, _, wide, high, _ = (int(value) for value in one)
    thin = _STREAK_MM * _PER_MM
    return (high >= 0.97 * height and wide <= thin) or (wide >= 0.97 * width and high <= thin)


def _is_edge(one: _Stats, shape: Mask, page: tuple[int, int]) -> bool:
    """A shadow or a wedge of the glass along edges: it touches one and reaches in nowhere."""
    left, top, wide, high, _ = (int(value) for value in one)
    width, height = page
    if not (left <= 1 or top <= 1 or left + wide >= width - 1 or top + high >= height - 1):
        return False
    is_long = wide >= _LONG_EDGE * width or high >= _LONG_EDGE * height
    reach = (_WEDGE_MM if is_long else _EDGE_MM) * _PER_MM
    y, x = np.nonzero(shape)
    x, y = x + left, y + top
    depth = np.minimum.reduce([x, y, width - 1 - x, height - 1 - y])
    return bool(depth.max() <= reach)


def _is_by_an_edge(one: _Stats, width: int, height: int) -> bool:
    x, y = one[0] + one[2] / 2, one[1] + one[3] / 2
    return bool(min(x, y, width - x, height - y) <= _HOLE_EDGE_MM * _PER_MM)


def _is_hole(one: _Stats, shape: Mask) -> bool:
    """A disc, or a circle where only the rim throws a shadow: rounder than anybody draws."""
    wide, high = int(one[2]), int(one[3])
    least, most = (length * _PER_MM for length in _HOLE_MM)
    if not (least <= min(wide, high) and max(wide, high) <= most and abs(wide - high) <= 3):
        return False
    y, x = np.nonzero(shape)
    away = np.hypot(x - (wide - 1) / 2, y - (high - 1) / 2) / ((wide + high) / 4)
    is_disc = away.max() <= 1.15 and len(away) >= 0.65 * wide * high
    is_rim = away.max() <= 1.15 and away.min() >= 0.6
    return bool(is_disc or is_rim)


def _cut(labels: npt.NDArray[np.int32], one: _Stats) -> npt.NDArray[np.int32]:
    left, top, wide, high = (int(value) for value in one[:4])
    return labels[top : top + high, left : left + wide]
