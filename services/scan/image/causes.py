"""Why a photo could not be read, measured on its pixels.

Start values, set on pictures of no sheet in particular; they choose the sentence a guardian
reads, never what is matched.
"""

import cv2
import numpy as np

from services.scan.image.markers import MARKERS, Frame, code_places
from services.scan.image.reading import Cause
from services.scan.image.source import Gray

MIN_MODULE_PX = 2.2
DARK_LEVEL = 70  # the paper's brightness: nine tenths of all pixels are darker
GLARE_LEVEL = 250
GLARE_SHARE = 0.25  # of a code's place
SOFT_EDGE = 14.0  # grey levels per pixel, of the steepest edges
_SIDE = 1000  # measured at this size, so that one threshold serves every camera


def cause_of(picture: Gray, frame: Frame | None) -> Cause:
    """The likeliest cause, from what is hardest to mend to what is easiest.

    Args:
        picture: grey pixels in which `frame` was found.
        frame: the sheet's place, when at least two markers were seen.
    """
    if _paper_level(picture) < DARK_LEVEL:
        return Cause.DARK
    if frame is None:
        return Cause.BLURRED if _edge(picture) < SOFT_EDGE else Cause.CROPPED
    measured = (
        (Cause.TOO_SMALL, frame.module_px() < MIN_MODULE_PX),
        (Cause.BLURRED, _edge(picture) < SOFT_EDGE),
        (Cause.GLARE, _glaring(picture, frame)),
        (Cause.CROPPED, _leaves(picture, frame)),
        (Cause.BLURRED, frame.seen < MARKERS),
    )
    return next((cause for cause, is_so in measured if is_so), Cause.NO_CODE)


def _paper_level(picture: Gray) -> float:
    return float(np.percentile(_small(picture), 90))


def _edge(picture: Gray) -> float:
    small = _small(picture)
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3)
    return float(np.percentile(cv2.magnitude(across, down), 99)) / 8


def _glaring(picture: Gray, frame: Frame) -> bool:
    height, width = picture.shape
    shares = []
    for place in code_places():
        box = np.array([[place.x, place.y], [place.right, place.bottom]], float)
        (left, top), (right, bottom) = np.sort(frame.to_picture(box), axis=0).astype(int)
        crop = picture[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
        if crop.size:
            shares.append(float((crop >= GLARE_LEVEL).mean()))
    return bool(shares) and max(shares) > GLARE_SHARE


def _leaves(picture: Gray, frame: Frame) -> bool:
    height, width = picture.shape
    corners = frame.corners()
    slack = 0.02 * max(height, width)
    return bool(
        (corners < -slack).any()
        or (corners[:, 0] > width + slack).any()
        or (corners[:, 1] > height + slack).any()
    )


def _small(picture: Gray) -> Gray:
    scale = _SIDE / max(picture.shape)
    if scale >= 1:
        return picture
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
