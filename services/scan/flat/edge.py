"""Finds the black squares along the sheet's long edges: what curl and folds do to the paper."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.image.source import Gray
from shared.layout.model import Rect

Points = npt.NDArray[np.float64]

_PX = 0.5  # pixels of the searched patch per 0.1 mm
_AROUND = 60  # first search, 0.1 mm to each side; further on the neighbour says where to look
_RING = 12  # white around a square, 0.1 mm: less than what is printed near any of them
_MIN_CONTRAST = 0.22  # of the paper's level, between the square and its ring
_MIN_FILL = 0.55  # of the square that is really dark

# Paper (0.1 mm) to picture.
Mapping = Callable[[Points], Points]


def find_ticks(picture: Gray, ticks: Sequence[Rect], mapping: Mapping) -> dict[int, Points]:
    """Centres of the squares that are seen, in pixels, by their place in `ticks`.

    Each edge is walked from both ends inwards, and what a square is off by is where the next one
    is looked for: a page that curls by centimetres moves them little by little.
    """
    found: dict[int, Points] = {}
    for edge in _edges(ticks):
        half = (len(edge) + 1) // 2
        for walk in (edge[:half], edge[: half - 1 : -1]):
            shift = np.zeros(2)
            for place in walk:
                centre = _find(picture, ticks[place], mapping, shift)
                if centre is None:
                    continue
                found[place] = centre
                shift = centre - mapping(_centre(ticks[place]))[0]
    return found


def _edges(ticks: Sequence[Rect]) -> list[list[int]]:
    sides = sorted({tick.x for tick in ticks})
    return [
        sorted(
            (i for i, one in enumerate(ticks) if one.x == x),
            key=[one.y for one in ticks].__getitem__,
        )
        for x in sides
    ]


def _centre(rect: Rect) -> Points:
    return np.array([[rect.x + rect.w / 2, rect.y + rect.h / 2]], float)


def _find(picture: Gray, tick: Rect, mapping: Mapping, shift: Points) -> Points | None:
    reach = _AROUND + tick.w
    middle = _centre(tick)[0]
    corners = middle + reach * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)
    seen = (mapping(corners) + shift).astype(np.float32)
    side = round(2 * reach * _PX)
    flat = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32) - 0.5
    to_patch = cv2.getPerspectiveTransform(seen, flat)
    patch = cv2.warpPerspective(picture, to_patch, (side, side), borderValue=(255,))
    spot = _square_in(patch.astype(np.float32), round(tick.w * _PX))
    if spot is None:
        return None
    back = cv2.perspectiveTransform(
        spot.reshape(1, 1, 2).astype(np.float64), np.linalg.inv(to_patch)
    )
    return np.asarray(back, np.float64).reshape(2)


def _square_in(patch: npt.NDArray[np.float32], side: int) -> Points | None:
    """The centre of the darkest square with a white ring, to a fraction of a pixel."""
    ring = round(_RING * _PX)
    inner = cv2.boxFilter(patch, -1, (side, side))
    outer_side = side + 2 * ring
    outer = cv2.boxFilter(patch, -1, (outer_side, outer_side))
    share = side**2 / outer_side**2
    around = (outer - share * inner) / (1 - share)
    contrast = around - inner
    margin = outer_side // 2 + 1
    contrast[:margin] = contrast[-margin:] = 0
    contrast[:, :margin] = contrast[:, -margin:] = 0
    _, peak, _, at = cv2.minMaxLoc(contrast)
    x, y = at
    paper = float(around[y, x])
    if paper <= 1 or peak < _MIN_CONTRAST * paper:
        return None
    half = side // 2 + ring // 2
    window = patch[max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1]
    dark = np.clip((paper - 0.25 * peak - window) / (0.5 * peak), 0, 1)
    total = float(dark.sum())
    if not _MIN_FILL * side**2 < total < 1.6 * side**2:
        return None
    rows, columns = np.mgrid[: window.shape[0], : window.shape[1]]
    fine_x = float((dark * columns).sum() / total) + max(0, x - half)
    fine_y = float((dark * rows).sum() / total) + max(0, y - half)
    return np.array([fine_x, fine_y])
