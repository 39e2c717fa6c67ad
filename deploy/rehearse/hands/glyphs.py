"""Characters as fields of distance, so that any pen can be laid along any font's strokes.

A field says how far each pixel lies from the stroke; a pen inks what lies nearer than its
radius. Written fonts give the distance to their outline, printed ones to their strokes' middle.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from deploy.rehearse.hands.faces import EM, Face, Ink

Field = npt.NDArray[np.float32]  # (height, width), pixels of an em of `EM`

PAD = 12  # px of field around the ink
FAR = np.float32(60.0)
_DIGIT_HEIGHT = 0.74 * EM
_BASELINE = 0.86 * EM
_LEAST_SHARE = 0.45  # of an outline's own width that a thin pen leaves of it
_SOLID = "0123456789X"


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character.

    `field` spans the em box from top to bottom and the ink from left to right, `PAD` px more on
    every side. `stroke` is the mean width of its strokes in px, 0 for a path without width.
    """

    field: Field
    stroke: float

    @property
    def width(self) -> int:
        """Of the ink, px."""
        return int(self.field.shape[1]) - 2 * PAD

    def offset(self, width_px: float) -> float:
        """What a pen `width_px` wide adds to the strokes on either side, px of the em."""
        return (max(width_px, _LEAST_SHARE * self.stroke) - self.stroke) / 2


@lru_cache(maxsize=3000)
def glyph(face: Face, character: str) -> Glyph | None:
    """A character of a font; None where the font lacks it."""
    drawn = face.draw(character)
    if drawn is None:
        return None
    return _glyph(_standing(drawn, character), is_printed=face.is_printed)


@lru_cache(maxsize=600)
def real_digit(file: Path, place: int) -> Glyph:
    """A digit that somebody wrote, of a file of pictures."""
    images, _ = real_digits(file)
    picture = images[place].astype(np.float32)
    scale = _DIGIT_HEIGHT / picture.shape[0]
    grown = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    ink = np.clip((grown / grown.max() - 0.35) / 0.25, 0, 1)
    square = np.zeros((2 * EM, 2 * EM), np.float32)
    square[: ink.shape[0], : ink.shape[1]] = ink
    return _glyph(_standing(square, "0"), is_printed=False)


@lru_cache(maxsize=1)
def real_digits(file: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The pictures (n, side, side) of a file, and what each shows."""
    held = np.load(str(file))
    return held["images"], held["target"].astype(np.int64)


def thinned(solid: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """A shape worn down to lines one pixel wide (Zhang and Suen, 1984)."""
    shape = np.pad(solid, 1)
    while True:
        before = int(shape.sum())
        for is_second in (False, True):
            shape &= ~_worn(shape, is_second=is_second)
        if int(shape.sum()) == before:
            return np.asarray(shape[1:-1, 1:-1], bool)


def _with_dots(path: npt.NDArray[np.bool_], solid: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The path with a point for every part that is worn down to nothing: dots have no length."""
    count, labels, _, centres = cv2.connectedComponentsWithStats(
        solid.astype(np.uint8), connectivity=8
    )
    whole = path.copy()
    for lost in sorted(set(range(1, count)) - set(np.unique(labels[path]).tolist())):
        x, y = (round(float(one)) for one in centres[lost])
        whole[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = True
    return whole


def _worn(shape: npt.NDArray[np.bool_], *, is_second: bool) -> npt.NDArray[np.bool_]:
    around = [
        np.roll(shape, (dy, dx), (0, 1))
        for dy, dx in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
    ]
    north, _, east, _, south, _, west, _ = around
    count = np.sum(around, axis=0)
    turns = np.sum(
        [~one & other for one, other in zip(around, around[1:] + around[:1], strict=True)], axis=0
    )
    if is_second:
        open_side = ~(north & east & west) & ~(north & south & west)
    else:
        open_side = ~(north & east & south) & ~(east & south & west)
    return np.asarray(shape & (count >= 2) & (count <= 6) & (turns == 1) & open_side, bool)


def _standing(drawn: Ink, character: str) -> Ink:
    """The em box of a drawing with the ink's columns; digits of all fonts stand equally high."""
    rows, columns = np.flatnonzero(drawn.max(axis=1) > 0.1), np.flatnonzero(drawn.max(axis=0) > 0.1)
    left, right = int(columns[0]), int(columns[-1]) + 1
    whole = np.zeros((EM + 2 * PAD, right - left + 2 * PAD), np.float32)
    if character not in _SOLID:
        top = EM // 2 - PAD
        whole[:, PAD:-PAD] = drawn[top : top + whole.shape[0], left:right]
        return whole
    found = drawn[rows[0] : rows[-1] + 1, left:right]
    scale = _DIGIT_HEIGHT / found.shape[0]
    size = (max(2, round(found.shape[1] * scale)), round(_DIGIT_HEIGHT))
    found = np.asarray(cv2.resize(found, size, interpolation=cv2.INTER_LINEAR), np.float32)
    whole = np.zeros((EM + 2 * PAD, size[0] + 2 * PAD), np.float32)
    top = PAD + round(_BASELINE) - size[1]
    whole[top : top + size[1], PAD : PAD + size[0]] = found
    return whole


def _glyph(ink: Ink, *, is_printed: bool) -> Glyph:
    solid = ink > 0.5
    if not solid.any():
        solid = ink > 0.1
    path = _with_dots(thinned(solid), solid)
    if is_printed:
        return Glyph(_distance_to(path), 0.0)
    field = _distance_to(solid) - _distance_to(~solid)
    return Glyph(np.asarray(field, np.float32), float(solid.sum()) / max(1, int(path.sum())))


def _distance_to(shape: npt.NDArray[np.bool_]) -> Field:
    apart = cv2.distanceTransform((~shape).astype(np.uint8), cv2.DIST_L2, 3)
    return np.minimum(apart.astype(np.float32), FAR)
