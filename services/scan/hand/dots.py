"""Finds the dots between the parts of a minority name: the model sees a gap there, never the dot."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.hand.ink import Drop, Ink, Mask

# All in heights of the writing. A dot is small and round, at half the height ...
_LARGEST = 0.3
_LEAST = 0.04
_ROUND = 2.5  # times as wide as high, or as high as wide, at most
_MIDDLE = (0.22, 0.78)
# ... and stands alone in the middle of a gap that no two strokes of one character leave.
_GAP = 0.42
_BESIDE = 0.08
_CENTRED = (0.28, 0.72)


def parts_of(ink: Ink) -> tuple[Ink, ...]:
    """The parts of a name between its dots, from left to right; itself where there is none."""
    cuts = list(_dots(ink.mask))
    if not cuts:
        return (ink,)
    lefts = [0, *(right for _, right in cuts)]
    rights = [*(left for left, _ in cuts), ink.mask.shape[1]]
    parts = (_between(ink, left, right) for left, right in zip(lefts, rights, strict=True))
    return tuple(part for part in parts if not part.is_blank)


def _dots(mask: Mask) -> Iterator[tuple[int, int]]:
    """Left and right column of every dot, from left to right."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return
    top, height = int(rows[0]), int(rows[-1]) + 1 - int(rows[0])
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    columns = np.asarray(mask.any(axis=0), bool)
    for x, y, w, h, _area in sorted(stats[1:].tolist()):
        middle = (y + h / 2 - top) / height
        is_small = _LEAST * height <= max(w, h) <= _LARGEST * height
        is_round = w <= _ROUND * h and h <= _ROUND * w
        is_dot = is_small and is_round and _MIDDLE[0] <= middle <= _MIDDLE[1]
        if is_dot and _stands_alone(columns, x, x + w, height):
            yield x, x + w


def _stands_alone(columns: npt.NDArray[np.bool_], left: int, right: int, height: int) -> bool:
    """Whether a component lies in the middle of a wide gap; nothing does at an end of the line."""
    before, after = np.flatnonzero(columns[:left]), np.flatnonzero(columns[right:])
    if not before.size or not after.size:
        return False
    start, end = int(before[-1]) + 1, right + int(after[0])
    is_apart = min(left - start, end - right) >= _BESIDE * height
    centre = ((left + right) / 2 - start) / max(1, end - start)
    return is_apart and end - start >= _GAP * height and _CENTRED[0] <= centre <= _CENTRED[1]


def _between(ink: Ink, left: int, right: int) -> Ink:
    def cut(rows: Drop) -> Drop:
        part = np.zeros_like(rows)
        part[:, left:right] = rows[:, left:right]
        return part

    mask = np.zeros_like(ink.mask)
    mask[:, left:right] = ink.mask[:, left:right]
    return Ink(cut(ink.drop), cut(ink.printed), mask)
