"""Cuts both printed sheet numbers out of a page, upright, by the markers beside them."""

from functools import cache

import cv2
import numpy as np

from services.scan.image.markers import MARKERS, Frame, Points, find_markers, frame_of
from services.scan.image.source import Gray, Source
from shared.layout.model import Rect
from shared.layout.registry import built_in

_MARGIN = 10  # 0.1 mm around the number's place; three times as much is kept white
_PX_PER_MM = 8.0


def number_strips(source: Source) -> tuple[Gray, ...]:
    """The places of both numbers, top left and bottom right; none with fewer than two markers.

    Where a place lies outside the picture its strip is paper.

    Raises:
        UnreadableError: the picture has no pixels.
    """
    picture, frame = _framed(source)
    if frame is None:
        return ()
    return tuple(_cut(picture, frame, place.grown(_MARGIN)) for place in number_places())


@cache
def number_places() -> tuple[Rect, ...]:
    """Where the numbers stand: the same in every layout, because nobody knows the layout yet."""
    return built_in()[0].number_rects


def _framed(source: Source) -> tuple[Gray, Frame | None]:
    picture = source.half
    found = find_markers(picture)
    if len(found) < MARKERS and source.full is not picture:
        again = find_markers(source.full)
        if len(again) > len(found):
            return source.full, frame_of(again)
    frame = frame_of(found)
    if frame is None or source.full is picture:
        return picture, frame
    grow = source.full.shape[1] / picture.shape[1]
    return source.full, Frame(np.diag([grow, grow, 1.0]) @ frame.matrix, frame.seen)


def _cut(picture: Gray, frame: Frame, place: Rect) -> Gray:
    size = tuple(max(1, round(side * _PX_PER_MM / 10)) for side in (place.w, place.h))
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    seen = frame.to_picture(_corners(place)).astype(np.float32)
    strip = cv2.warpPerspective(
        picture,
        cv2.getPerspectiveTransform(flat, seen),
        (size[0], size[1]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderValue=(255,),
    )
    return strip.astype(np.uint8, copy=False)


def _corners(place: Rect) -> Points:
    left, top, right, bottom = place.x, place.y, place.right, place.bottom
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)
