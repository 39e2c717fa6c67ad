"""The rendition people look at: the sheet laid flat, grey, without metadata, at most 120 KB."""

import cv2
import numpy as np
import simplejpeg

from services.scan.image.markers import MARKERS, find_markers, frame_of, page_size
from services.scan.image.source import Gray, open_source

MAX_BYTES = 120_000
_PER_TENTH_MM = 0.7  # pixels of the page laid flat
_LONGEST_SIDE = 2080  # the same for a whole photo
_ENOUGH_SIDE = 1700
# Tried at every size, from the largest to one that fits: small print needs pixels first.
_QUALITIES = (70, 55, 40, 30)
_SHRINK = 6 / 7


def rendition(data: bytes, orientation: int = 1) -> bytes:
    """A grey JPEG of the page, never larger than `MAX_BYTES`.

    Laid flat by its markers where all four are seen, otherwise upright as photographed.

    Args:
        data: the picture as it was sent.
        orientation: EXIF's, 1 .. 8, as its metadata said before it was stripped.

    Raises:
        UnreadableError: the picture has no pixels to show.
    """
    return upright_view(data, orientation)[0]


def upright_view(data: bytes, orientation: int = 1) -> tuple[bytes, bool]:
    """The same, and whether it is the photo as it was taken, only upright.

    Raises:
        UnreadableError: the picture has no pixels to show.
    """
    cv2.setNumThreads(1)
    source = open_source(data)
    # Half of a phone's pixels are as many as the largest rendition shows; a messenger's are not.
    is_large = max(source.width, source.height) >= 2 * _ENOUGH_SIDE
    picture = source.half if is_large else source.full
    flat = _flat(picture)
    if flat is not None:
        return fitted(flat), False
    return fitted(upright(picture, orientation)), True


def turned(points: tuple[tuple[int, int], ...], orientation: int) -> tuple[tuple[int, int], ...]:
    """Points in thousandths of a stored picture, in thousandths of the upright one."""
    if orientation in (5, 6, 7, 8):
        points = tuple((y, x) for x, y in points)
    if orientation in (3, 4, 7, 8):
        points = tuple((x, 1000 - y) for x, y in points)
    if orientation in (2, 3, 6, 7):
        points = tuple((1000 - x, y) for x, y in points)
    return points


def _flat(picture: Gray) -> Gray | None:
    found = find_markers(picture)
    frame = frame_of(found) if len(found) == MARKERS else None
    if frame is None:
        return None
    width, height = (round(side * _PER_TENTH_MM) for side in page_size())
    to_paper = np.diag([1 / _PER_TENTH_MM, 1 / _PER_TENTH_MM, 1.0])
    return cv2.warpPerspective(
        picture,
        frame.matrix @ to_paper,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderValue=(255,),
    ).astype(np.uint8, copy=False)


def upright(picture: Gray, orientation: int) -> Gray:
    """As EXIF means it; a mirrored picture is mirrored back."""
    if orientation in (5, 6, 7, 8):
        picture = picture.T
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return picture[:, ::-1] if orientation in (2, 3, 6, 7) else picture


def fitted(picture: Gray, most_bytes: int = MAX_BYTES) -> bytes:
    """A grey JPEG of at most `most_bytes`: in doubt of fewer pixels, or coarser."""
    side = float(min(_LONGEST_SIDE, max(picture.shape)))
    while True:
        shown = _resized(picture, side)
        for quality in _QUALITIES:
            jpeg = _jpeg(shown, quality)
            if len(jpeg) <= most_bytes:
                return jpeg
        side *= _SHRINK  # ends: a handful of pixels fit whatever they hold


def _jpeg(picture: Gray, quality: int) -> bytes:
    pixels = np.ascontiguousarray(picture)[..., None]
    jpeg: bytes = simplejpeg.encode_jpeg(pixels, quality=quality, colorspace="GRAY")
    return jpeg


def _resized(picture: Gray, side: float) -> Gray:
    scale = side / max(picture.shape)
    if scale >= 1:
        return picture
    height, width = (max(1, round(length * scale)) for length in picture.shape)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
