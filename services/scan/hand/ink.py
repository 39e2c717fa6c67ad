"""A cell's crop as ink alone: paper level, print and edges taken away.

"Drop" is how much darker than the paper around it a pixel is: 0 paper .. 1 black. It does not
know about lamps, shadows or grey paper, so the same numbers hold for photos and scans.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.hand.rules import without_rules

Gray = npt.NDArray[np.uint8]  # (height, width), 0 black .. 255 white
Drop = npt.NDArray[np.float32]  # (height, width), 0 paper .. 1 black
Mask = npt.NDArray[np.uint8]  # (height, width), 0 or 1

WORK_HEIGHT = 96  # px; finer detail than twice the model's height is thrown away
_MIN_SIDE = 6  # px
# Weak ink belongs to writing only where strong ink is near: a crease or what shines through
# from the back stays below STRONG, pencil does not.
WEAK, STRONG = 0.10, 0.20
_MIN_SHARE = 0.0009  # of the crop's height squared: less is a speck
_LONGEST = 40  # times as wide as high


@dataclass(frozen=True, slots=True)
class Ink:
    """Writing without paper: `drop` without print, `printed` with it, and where the writing is."""

    drop: Drop
    printed: Drop
    mask: Mask

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return not self.mask.any()


def ink_of(crop: Gray) -> Ink:
    """The writing in a crop; blank where nothing is left of it."""
    height, width = crop.shape
    if min(height, width) < _MIN_SIDE or width > _LONGEST * height:
        return _nothing(crop)
    drop = _drop(_scaled(crop))
    weak = (drop > WEAK).astype(np.uint8)
    bare = without_rules(drop, weak)
    return Ink(bare, drop, _writing(bare))


def _nothing(crop: Gray) -> Ink:
    paper = np.zeros(crop.shape, np.float32)
    return Ink(paper, paper, np.zeros(crop.shape, np.uint8))


def _scaled(crop: Gray) -> Gray:
    """At a height where strokes are a few pixels wide, so that kernels mean the same."""
    factor = WORK_HEIGHT / crop.shape[0]
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (max(1, round(crop.shape[1] * factor)), WORK_HEIGHT)
    return cv2.resize(crop, size, interpolation=method).astype(np.uint8, copy=False)


def _drop(crop: Gray) -> Drop:
    """Darkness against the paper around; noise of the paper is about zero."""
    calm = cv2.medianBlur(crop, 3)
    side = WORK_HEIGHT // 2 | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    paper = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.GaussianBlur(paper, (0, 0), side / 3).astype(np.float32)
    drop = 1 - crop.astype(np.float32) / np.maximum(paper, 1)
    # The closing takes the brightest of the noise for the paper's level.
    usual = float(np.median(drop))
    return np.clip(drop - max(0.0, min(usual, 0.1)), 0, 1).astype(np.float32)


def _writing(drop: Drop) -> Mask:
    """Components that are writing: strong somewhere, no speck, no sliver of a neighbour."""
    weak = (drop > WEAK).astype(np.uint8)
    calm = cv2.GaussianBlur(drop, (0, 0), 1.0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    strongest = np.zeros(count, np.float32)
    np.maximum.at(strongest, np.asarray(labels, np.intp).ravel(), calm.ravel())
    area = stats[:, cv2.CC_STAT_AREA]
    kept = (
        (strongest > STRONG)
        & (area > _MIN_SHARE * WORK_HEIGHT**2)
        & ~_is_residue(np.asarray(stats, np.int32), drop.shape)
    )
    kept[0] = False
    mask: Mask = kept[labels].astype(np.uint8)
    return mask


def _is_residue(stats: npt.NDArray[np.int32], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Thin straight pieces near an edge of the crop: what is left of a rule, or a neighbour's."""
    height, width = shape[:2]
    x, y = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    w, h = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    thin, near = height // 12, height // 7
    is_above = (y + h <= near) | (y >= height - near)
    is_beside = (x + w <= near) | (x >= width - near)
    lies = is_above & (h <= thin) & ((w >= 3 * h) | (y <= 1) | (y + h >= height - 1))
    reaches = (y <= 2) | (y + h >= height - 2)
    stands = is_beside & (w <= thin) & ((reaches & (h >= 2 * w)) | (x <= 1) | (x + w >= width - 1))
    is_rule = (h <= thin) & (w >= 1.3 * height)
    found: npt.NDArray[np.bool_] = lies | stands | is_rule
    return found
