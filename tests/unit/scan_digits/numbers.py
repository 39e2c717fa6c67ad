"""Printed sheet numbers as they arrive: drawn in the sheet's own font, then seen badly."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from services.forms.render.fonts import find_chain
from services.scan.digits.strips import number_places
from shared.kernel.ids import SheetNumber
from shared.kernel.sheet_code import Side
from shared.kernel.sheet_number import RANDOM_DIGITS, grouped, sheet_number
from shared.layout.registry import built_in

Gray = npt.NDArray[np.uint8]
REPORT_SEED = 50_000  # figures are reported from here on; nothing was set by them

_FINE = 16.0  # px per mm as drawn
_CUT = 8.0  # px per mm of a strip
_MARGIN_MM = 1.0
_POINT_MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Level:
    """How badly a strip is seen."""

    name: str
    px_per_mm: float
    blur_mm: float  # sigma
    noise: float  # grey levels
    contrast: float  # of print against paper
    jpeg: int


LEVELS = (
    Level("sharp", 8.0, 0.05, 3, 0.9, 85),
    Level("soft", 4.0, 0.30, 5, 0.8, 75),
    Level("blurred", 3.0, 0.55, 7, 0.6, 65),
    Level("harsh", 2.7, 0.62, 8, 0.55, 60),
    Level("past reading", 2.4, 0.68, 9, 0.5, 50),
    Level("hopeless", 1.8, 0.90, 10, 0.4, 40),
)


def a_number(rng: np.random.Generator, side: Side = Side.FRONT) -> SheetNumber:
    """A number as forms draws it."""
    return sheet_number(f"{int(rng.integers(10**RANDOM_DIGITS)):0{RANDOM_DIGITS}d}", side)


def strip_of(number: SheetNumber, level: Level, seed: int) -> Gray:
    """The strip that is cut out of a page seen at a level."""
    rng = np.random.default_rng([11, seed])
    seen = _seen(_drawn(number), level, rng)
    size = tuple(round(side / 10 * _CUT) for side in _place())
    shift = rng.normal(0, 0.15 * level.px_per_mm, 2)
    turn = np.deg2rad(rng.normal(0, 0.4))
    scale = level.px_per_mm / _CUT
    matrix = np.array(
        [
            [scale * np.cos(turn), -scale * np.sin(turn), shift[0]],
            [scale * np.sin(turn), scale * np.cos(turn), shift[1]],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    strip = cv2.warpAffine(seen, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return strip.astype(np.uint8)


def _place() -> tuple[float, float]:
    """Width and height of a strip in 0.1 mm."""
    rect = number_places()[0].grown(round(10 * _MARGIN_MM))
    return rect.w, rect.h


@cache
def _font() -> ImageFont.FreeTypeFont:
    size_mm = built_in()[0].number_size / 10 * _POINT_MM
    font = find_chain()[0]
    return ImageFont.truetype(font.path, round(size_mm * _FINE), index=font.index)


def _drawn(number: SheetNumber) -> Gray:
    width, height = (round(side / 10 * _FINE) for side in _place())
    paper = Image.new("L", (width, height), 255)
    ImageDraw.Draw(paper).text((width / 2, height / 2), grouped(number), 0, _font(), anchor="mm")
    return np.asarray(paper, np.uint8)


def _seen(fine: Gray, level: Level, rng: np.random.Generator) -> Gray:
    soft = cv2.GaussianBlur(fine, (0, 0), max(0.01, level.blur_mm * _FINE))
    scale = level.px_per_mm / _FINE
    small = cv2.resize(soft, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = np.linspace(rng.uniform(0.8, 1), rng.uniform(0.8, 1), small.shape[1])
    paper = 235 * light
    grey = paper * (1 - level.contrast * (1 - small.astype(float) / 255))
    grey += rng.normal(0, level.noise, grey.shape)
    body = cv2.imencode(
        ".jpg", np.clip(grey, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, level.jpeg]
    )[1]
    return np.asarray(cv2.imdecode(body, cv2.IMREAD_GRAYSCALE), np.uint8)
