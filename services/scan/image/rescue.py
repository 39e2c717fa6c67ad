"""More costly ways to a code: the place where it must stand, flattened; the picture, sharpened."""

from collections.abc import Iterator

import cv2
import numpy as np

from services.scan.image.markers import Frame, code_places
from services.scan.image.source import Gray
from services.scan.image.symbols import (
    Symbol,
    read_fast,
    read_global,
    read_thorough,
    read_zbar,
)
from shared.layout.model import MODULE, Rect

# Pixels per module of the flattened crops.
_SCALES = (5.0, 8.0)


def guided(picture: Gray, frame: Frame) -> Iterator[list[Symbol]]:
    """What each flattened and cleaned-up crop of the codes' places gives, likeliest first."""
    for scale in _SCALES:
        for place in code_places():
            crop = _flattened(picture, frame, place, scale / MODULE)
            for cleaned in (crop, sharpened(crop), levelled(crop)):
                yield read_fast(cleaned)
                yield read_global(cleaned)
    for place in code_places():
        crop = _flattened(picture, frame, place, _SCALES[1] / MODULE)
        yield read_zbar(crop)
        yield read_zbar(sharpened(crop))


def enhanced(half: Gray, full: Gray) -> Iterator[list[Symbol]]:
    """What the whole picture gives after each treatment, cheapest first."""
    yield read_global(half)
    yield read_fast(levelled(half))
    yield read_thorough(sharpened(half))
    if max(half.shape) <= 1400:
        height, width = half.shape
        twice = cv2.resize(half, (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC)
        yield read_fast(twice.astype(np.uint8, copy=False))
    if full is not half and max(full.shape) <= 2600:
        yield read_thorough(sharpened(full))


def sharpened(picture: Gray) -> Gray:
    """Unsharp mask: soft edges of modules steeper."""
    soft = cv2.GaussianBlur(picture, (0, 0), 2.0)
    return cv2.addWeighted(picture, 2.0, soft, -1.0, 0).astype(np.uint8, copy=False)


def levelled(picture: Gray) -> Gray:
    """Local contrast evened out: shadows and uneven light."""
    return cv2.createCLAHE(3.0, (8, 8)).apply(picture).astype(np.uint8, copy=False)


def _flattened(picture: Gray, frame: Frame, place: Rect, per_tenth: float) -> Gray:
    size = (round(place.w * per_tenth), round(place.h * per_tenth))
    to_paper = np.array(
        [[1 / per_tenth, 0, place.x], [0, 1 / per_tenth, place.y], [0, 0, 1]], dtype=np.float64
    )
    return cv2.warpPerspective(
        picture,
        frame.matrix @ to_paper,
        size,
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8, copy=False)
