"""Scans a page as an office machine does: deterministic by seed, with exact truth.

Paper coordinates are millimetres from the page's top left corner, x right, y down; scan
coordinates are pixels of the file, pixel centres at whole numbers.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from deploy.rehearse.photos.paper import ColourImage, coloured
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.photos.surface import Points
from deploy.rehearse.scans.recipe import Drag, Mode, Scanner, ScanRecipe, scan_recipe

MM_PER_INCH = 25.4
A4_MM = (210.0, 297.0)
_DRAG_MM = 8.0
_DITHERED_PAPER = 250
_TABLE = np.linspace(-40, 340, 1521)  # mm, for the inverse of a drag


@dataclass(frozen=True, slots=True)
class ScanTruth:
    """What is really on the page, and where."""

    recipe: ScanRecipe
    size_px: tuple[int, int]  # width, height of the file
    size_mm: tuple[float, float] = A4_MM

    def to_scan(self, points_mm: Points) -> Points:
        """Where points of the paper lie in the file, in pixels."""
        upright = _to_upright(points_mm, self.recipe, self.size_mm)
        width, height = self._upright_px
        x, y = upright[:, 0], upright[:, 1]
        turned = [(x, y), (height - 1 - y, x), (width - 1 - x, height - 1 - y), (y, width - 1 - x)]
        return np.stack(turned[self.recipe.turns], axis=1)

    @property
    def _upright_px(self) -> tuple[int, int]:
        width, height = self.size_px
        return (height, width) if self.recipe.turns % 2 else (width, height)

    @property
    def corners_px(self) -> Points:
        """The page's corners, clockwise from its own top left."""
        width, height = self.size_mm
        return self.to_scan(np.array([[0, 0], [width, 0], [width, height], [0, height]], float))


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned page: grey (height, width) or blue-green-red, and the truth about it."""

    pixels: npt.NDArray[np.uint8]
    truth: ScanTruth

    @property
    def is_bitonal(self) -> bool:
        """Whether it holds black and white only."""
        return self.truth.recipe.scanner.mode in (Mode.BITONAL, Mode.DITHER)


def scan(
    page: npt.NDArray[np.uint8],
    *,
    level: str,
    seed: int,
    machine: Scanner | None = None,
    made: ScanRecipe | None = None,
) -> Scan:
    """Scan one page.

    Args:
        page: the flat page, grey or blue-green-red, any resolution from about 6 px/mm.
        level: a `Level` by name.
        seed: same page, level, seed and machine give the same pixels.
        machine: the scanner; None draws one.
        made: a recipe changed by hand instead of the drawn one.
    """
    plan = made or scan_recipe(Level(level), seed, machine)
    rng = np.random.default_rng([41, seed])
    paper = coloured(page)
    _spoil(paper, plan, rng)
    seen = _fed(paper, plan)
    levels = _exposed(seen, plan, rng)
    turned = np.ascontiguousarray(np.rot90(levels, -plan.turns))
    size = (turned.shape[1], turned.shape[0])
    return Scan(_written_down(turned, plan), ScanTruth(plan, size))


def _spoil(page: ColourImage, plan: ScanRecipe, rng: np.random.Generator) -> None:
    """What happened to the paper before it was fed."""
    per = page.shape[1] / A4_MM[0]
    if plan.bleed:
        # Another page's print, mirrored: of this page's own, there is no other at hand.
        back = cv2.GaussianBlur(np.ascontiguousarray(page[::-1, ::-1][:, ::-1]), (0, 0), 0.3 * per)
        shine = cv2.convertScaleAbs(cv2.bitwise_not(back), alpha=plan.bleed)
        page[:] = cv2.subtract(page, shine)
    for x, y in plan.holes_mm:
        middle = (round(x * per), round(y * per))
        cv2.circle(page, middle, round(2.8 * per), (plan.scanner.bed,) * 3, -1, cv2.LINE_AA)
    if plan.staple:
        at = np.array([rng.uniform(6, 14), rng.uniform(6, 14)]) * per
        end = at + np.array([rng.uniform(-8, 8), rng.uniform(6, 11)]) * per
        ends = [tuple(np.round(one).astype(int).tolist()) for one in (at, end)]
        cv2.line(page, ends[0], ends[1], (70, 70, 70), max(1, round(0.6 * per)), cv2.LINE_AA)
    if plan.dog_ear_mm:
        _bend_corner(page, plan.dog_ear_mm * per, plan.scanner.bed)
    for _ in range(plan.specks):
        spot = (int(rng.integers(page.shape[1])), int(rng.integers(page.shape[0])))
        cv2.circle(page, spot, int(rng.integers(1, max(2, round(0.35 * per)))), (60,) * 3, -1)


def _bend_corner(page: ColourImage, size: float, bed: int) -> None:
    """The top right corner turned over: the bed where it was, its back over what lay beside."""
    width = page.shape[1]
    reach = round(size)
    corner = np.array([[width - reach, 0], [width, 0], [width, reach]], np.int32)
    flap = np.array([[width - reach, 0], [width - reach, reach], [width, reach]], np.int32)
    cv2.fillPoly(page, [flap], (238, 238, 238))
    cv2.fillPoly(page, [corner], (bed,) * 3)
    cv2.line(page, corner[0].tolist(), corner[2].tolist(), (120, 120, 120), 2, cv2.LINE_AA)


def _size_px(dpi: int) -> tuple[int, int]:
    return (round(A4_MM[0] * dpi / MM_PER_INCH), round(A4_MM[1] * dpi / MM_PER_INCH))


def _to_upright(points_mm: Points, plan: ScanRecipe, size_mm: tuple[float, float]) -> Points:
    """Before quarter turns: dragged, stretched, skewed around the middle, shifted."""
    moved = np.column_stack([points_mm[:, 0], _dragged(points_mm[:, 1], plan.drag)])
    middle = np.array(size_mm) / 2
    turned = (moved - middle) * np.array(plan.stretch) @ _turn(plan.skew).T
    bed = turned + middle + np.array(plan.shift_mm)
    return np.asarray(bed * plan.scanner.dpi / MM_PER_INCH - 0.5)


def _turn(angle: float) -> npt.NDArray[np.float64]:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _dragged(y_mm: Points, drag: Drag | None) -> Points:
    if drag is None:
        return y_mm
    share = np.clip((y_mm - drag.at_mm) / _DRAG_MM, 0, 1)
    return np.asarray(y_mm + drag.by_mm * share * share * (3 - 2 * share))


def _fed(page: ColourImage, plan: ScanRecipe) -> ColourImage:
    """The page as it passes the sensor, through the exact inverse of the truth."""
    per = page.shape[1] / A4_MM[0]
    dpi = plan.scanner.dpi
    width, height = _size_px(dpi)
    soft = cv2.GaussianBlur(page, (0, 0), max(plan.blur_mm, 0.35 * MM_PER_INCH / dpi) * per)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    middle = np.array(A4_MM) / 2
    scale = np.float32(MM_PER_INCH / dpi)
    left = (x + 0.5) * scale - np.float32(middle[0] + plan.shift_mm[0])
    top = (y + 0.5) * scale - np.float32(middle[1] + plan.shift_mm[1])
    cos, sin = np.float32(np.cos(plan.skew)), np.float32(np.sin(plan.skew))
    across = (left * cos + top * sin) / np.float32(plan.stretch[0]) + np.float32(middle[0])
    along = (top * cos - left * sin) / np.float32(plan.stretch[1]) + np.float32(middle[1])
    if plan.drag is not None:
        along = np.interp(along, _dragged(_TABLE, plan.drag), _TABLE).astype(np.float32)
    maps = (across * np.float32(per) - 0.5, along * np.float32(per) - 0.5)
    bed = (plan.scanner.bed,) * 3
    seen = cv2.remap(soft, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=bed)
    return np.asarray(seen, np.uint8)


def _exposed(
    seen: ColourImage, plan: ScanRecipe, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Lamp, glass and sensor; grey unless the machine scans in colour."""
    is_colour = plan.scanner.mode is Mode.COLOUR
    picture = seen if is_colour else np.asarray(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), np.uint8)
    table = plan.paper - (255 - np.arange(256)) * plan.contrast * plan.paper / 255
    picture = np.asarray(cv2.LUT(picture, np.clip(table, 0, 255).astype(np.uint8)), np.uint8)
    height, width = picture.shape[:2]
    level = np.zeros((height, width), np.float32)
    for streak in plan.streaks:
        at = int(streak.at * width)
        level[:, at : at + streak.width_px] += streak.level
    grain = rng.normal(0, plan.noise, (height // 2 + 1, width // 2 + 1)).astype(np.float32)
    level += cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
    added = cv2.merge([level, level, level]) if is_colour else level
    return np.asarray(cv2.add(picture, added, dtype=cv2.CV_8U), np.uint8)


def _written_down(picture: npt.NDArray[np.uint8], plan: ScanRecipe) -> npt.NDArray[np.uint8]:
    machine = plan.scanner
    if machine.mode is Mode.BITONAL:
        level = plan.paper * (1 - plan.contrast * (1 - machine.threshold))
        return np.where(picture > level, np.uint8(255), np.uint8(0))
    if machine.mode is Mode.DITHER:
        # A machine that dithers whitens its paper first, or dots would cover all of it.
        white = cv2.convertScaleAbs(picture, alpha=_DITHERED_PAPER / plan.paper)
        dots = Image.fromarray(white).convert("1", dither=Image.Dither.FLOYDSTEINBERG)
        return np.asarray(dots.convert("L"), np.uint8)
    return picture
