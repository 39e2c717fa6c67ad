"""Takes straight print out of a cell: its own rules at the edges, the grey boxes of a comb.

A comb is removed as lines, never cut into boxes: strokes that cross a line are mended, and the
strip stays whole.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Drop = npt.NDArray[np.float32]  # (height, width), 0 paper .. 1 black
Mask = npt.NDArray[np.uint8]  # (height, width), 0 or 1

# A horizontal as long as this many heights of the crop is no stroke: 一 ends before.
_LONG = 1.3
_PIECE = 0.36
_TOUCH = 0.94  # of the way from rule to rule that a vertical must be dark
_THICKEST = 0.09  # of the crop's height; an upright that is thicker is a pen's
_THICKEST_RULE = 0.15  # two rules may lie close
_STEEPEST = 0.02  # rules of a rectified page lie askew by no more than this
_DARKER = 0.15  # ink over a grey line is darker than the line by this


def without_rules(drop: Drop, weak: Mask) -> Drop:
    """The drop with long horizontals and the verticals between them taken out.

    Args:
        drop: darkness, the crop as it is.
        weak: where it is dark at all.
    """
    across = _horizontals(weak)
    drop = _erased(drop, across, along_x=True)
    down = _verticals(drop, weak, across)
    return _erased(drop, down, along_x=False)


def _horizontals(weak: Mask) -> Mask:
    height, width = weak.shape
    whole = min(int(_LONG * height), int(0.8 * width))
    # A rule of a page that lies a degree askew climbs a pixel every so often: it is found in
    # pieces, and the pieces together must be long.
    piece = np.ones((1, max(3, min(whole, int(_PIECE * height)))), np.uint8)
    runs = cv2.morphologyEx(weak, cv2.MORPH_OPEN, piece)
    lines = _thin_only(runs, int(_THICKEST_RULE * height), along_x=True)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(lines, np.ones((3, 5), np.uint8)), connectivity=8
    )
    wide, tall = stats[:count, cv2.CC_STAT_WIDTH], stats[:count, cv2.CC_STAT_HEIGHT]
    # Strokes of a row of characters may meet end to end, but never in one straight line.
    is_long = (wide >= whole) & (tall <= _THICKEST_RULE * height / 2 + _STEEPEST * wide)
    is_long[0] = False
    return np.asarray(is_long[labels] & (weak > 0), np.uint8)


def _thin_only(lines: npt.NDArray[Any], limit: int, *, along_x: bool) -> Mask:
    """Without what is thicker than a limit in pixels."""
    kernel = np.ones((limit + 1, 1) if along_x else (1, limit + 1), np.uint8)
    fat = cv2.morphologyEx(lines, cv2.MORPH_OPEN, kernel)
    return np.asarray(lines & (fat == 0), np.uint8)


def _verticals(drop: Drop, weak: Mask, across: Mask) -> Mask:
    """Columns that are dark all the way between two rules, or from edge to edge."""
    height = weak.shape[0]
    rows = np.flatnonzero(across.mean(axis=1) > 0.25)
    upper, lower = rows[rows < height * 0.4], rows[rows > height * 0.6]
    found = np.zeros_like(weak)
    spans = [(0, height)]
    if upper.size and lower.size:
        spans.append((int(upper.max()) + 1, int(lower.min())))
    filled = cv2.dilate(weak, np.ones((1, 3), np.uint8))
    for top, bottom in spans:
        share = filled[top:bottom].mean(axis=0)
        columns = share > _TOUCH
        found[top:bottom, columns] = weak[top:bottom, columns]
    return _thin_only(found, int(_THICKEST * height), along_x=False)


def _erased(drop: Drop, lines: Mask, *, along_x: bool) -> Drop:
    """The drop without the lines; strokes that cross one are bridged."""
    if not lines.any():
        return drop
    level = float(np.percentile(drop[lines > 0], 85))
    around = np.ones((5, 3) if along_x else (3, 5), np.uint8)
    region = cv2.dilate(lines, around)
    rest = ((drop > 0.10) & (region == 0)).astype(np.uint8)
    reach = int(_THICKEST * drop.shape[0]) + 4
    kernel = np.ones((reach, 1) if along_x else (1, reach), np.uint8)
    bridged = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, kernel)
    over = drop > level + _DARKER
    kept = (region == 0) | (bridged > 0) | over
    return np.where(kept, drop, 0).astype(np.float32)
