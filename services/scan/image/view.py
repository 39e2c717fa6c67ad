"""The rendition people look at: the sheet laid flat, grey, without metadata, at most 120 KB."""

import cv2
import numpy as np
import simplejpeg

from services.scan.image.markers import MARKERS, find_markers, frame_of, page_size
from services.scan.image.source import Gray, open_source

MAX_BYTES = 120_000
# Sizes tried from the largest: pixels per 0.1 mm of a laid-flat page, and of the longer side.
_SCALES = (0.7, 0.6, 0.5, 0.4)
_SIDES = (2000, 1700, 1400, 1100)
_QUALITIES = (70, 55, 40, 30)
# EXIF orientation -> quarter turns clockwise that set the picture upright.
_TURNS = {3: 2, 4: 2, 5: 1, 6: 1, 7: 3, 8: 3}


def rendition(data: bytes, orientation: int = 1) -> bytes:
    """A grey JPEG of the page, never larger than `MAX_BYTES`.

    Laid flat by its markers where all four are seen, otherwise upright as photographed.

    Raises:
        UnreadableError: the picture has no pixels to show.
    """
    cv2.setNumThreads(1)
    # Half of a phone's pixels are as many as the largest rendition shows.
    half = open_source(data).half
    found = find_markers(half)
    frame = frame_of(found) if len(found) == MARKERS else None
    if frame is None:
        upright = np.rot90(half, -_TURNS.get(orientation, 0))
        return _smallest([_resized(upright, side) for side in _SIDES])
    width, height = page_size()
    flat = []
    for scale in _SCALES:
        to_paper = np.diag([1 / scale, 1 / scale, 1.0])
        flat.append(
            cv2.warpPerspective(
                half,
                frame.matrix @ to_paper,
                (round(width * scale), round(height * scale)),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderValue=(255,),
            ).astype(np.uint8, copy=False)
        )
        jpeg = _encoded(flat[-1])
        if jpeg is not None:
            return jpeg
    return _smallest(flat)


def _smallest(pictures: list[Gray]) -> bytes:
    for picture in pictures:
        jpeg = _encoded(picture)
        if jpeg is not None:
            return jpeg
    tiny = _resized(pictures[-1], 700)
    return _jpeg(tiny, _QUALITIES[-1])


def _encoded(picture: Gray) -> bytes | None:
    for quality in _QUALITIES:
        jpeg = _jpeg(picture, quality)
        if len(jpeg) <= MAX_BYTES:
            return jpeg
    return None


def _jpeg(picture: Gray, quality: int) -> bytes:
    pixels = np.ascontiguousarray(picture)[..., None]
    jpeg: bytes = simplejpeg.encode_jpeg(pixels, quality=quality, colorspace="GRAY")
    return jpeg


def _resized(picture: Gray, side: int) -> Gray:
    scale = side / max(picture.shape)
    if scale >= 1:
        return picture
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
