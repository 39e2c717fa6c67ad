"""Whether something is written in a cell, told from the ink that is not printed there."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.paper import PAPER, PX_PER_MM, Mask, Paper
from services.scan.flat.soil import Soil
from services.scan.image.source import Gray
from shared.contracts.seen import Ink
from shared.layout.model import Cell, Rect

INK_LEVEL = 0.80  # of the paper's brightness around it; what is darker is ink
WRITTEN_SHARE, BLANK_SHARE = 0.0045, 0.0018  # of the cell's area
_MARGIN = 20  # 0.1 mm around a cell: where a stroke comes from
_EDGE = round(_MARGIN * PX_PER_MM / 10)  # the same in pixels
_INNER = np.s_[_EDGE:-_EDGE, _EDGE:-_EDGE]
_INSET = 8  # 0.1 mm of a cell beside its rules that say nothing
_PRINT_SLACK = 5  # 0.1 mm around what is printed inside a cell
_OVER_GRAIN = 5.0  # deviations of the paper's own levels
_MORE_GRAIN = 1.2  # than the page's plainest parts that a cell may have: the rest is writing
# A pencil, or a pen in too much light: nobody is sure of it, and nobody may call it blank.
_FAINT_DARK, _FAINT_SOFT_PX = 0.07, 0.9
_LESS_GRAIN = 0.8  # of it is left when the page is softened that far
_THICKEST_MM = 1.5  # of a faint stroke; shadows and stains are wider
_THIN_SHARE = 0.8  # of pale ink that is thin, or it is no pencil
_SPECK_MM2 = 0.12
_MIN_LENGTH_MM = 1.0
# What a pen leaves is at least this much darker in its middle than the paper; a stain is not.
_PEN_LEVEL = 0.72


@dataclass(frozen=True, slots=True)
class Strokes:
    """What was written in a rectangle: a mask at `PX_PER_MM`, and how bright it is there."""

    mask: npt.NDArray[np.uint8]  # 0 or 1
    strength: Gray  # `PAPER` where nothing is

    @property
    def share(self) -> float:
        """Of the area."""
        return cv2.countNonZero(self.mask) / self.mask.size if self.mask.size else 0.0


def strokes_in(
    paper: Paper, area: Rect, printed: tuple[Rect, ...] = (), seal: Mask | None = None
) -> Strokes:
    """What is written in an area of the layout.

    `printed` lies in it and is left out, and so is a `seal`, of the area with its margin: what
    is connected by it is not one stroke.
    """
    wide = paper.brightness_in(around(area))
    grain = min(_levels(wide)[1], _MORE_GRAIN * paper.grain + 1)
    level = min(INK_LEVEL * PAPER, PAPER - _OVER_GRAIN * grain)
    return Strokes(_darker(wide, level, area, printed, seal), wide[_INNER])


def faint_share(
    paper: Paper, area: Rect, printed: tuple[Rect, ...] = (), seal: Mask | None = None
) -> float:
    """The share of an area under strokes too pale for ink, in which thick ones do not count."""
    wide = cv2.GaussianBlur(paper.brightness_in(around(area)), (0, 0), _FAINT_SOFT_PX)
    middle, grain = _levels(np.asarray(wide, np.uint8))
    dark = max(_OVER_GRAIN * min(grain, _LESS_GRAIN * paper.grain), _FAINT_DARK * PAPER)
    found = _darker(np.asarray(wide, np.uint8), middle - dark, area, printed, seal)
    return cv2.countNonZero(_thin_of(found)) / max(1, found.size)


def ink_inside(paper: Paper, area: Rect) -> Mask:
    """Where an area is ink, wherever its strokes come from and go to."""
    return np.asarray(paper.brightness_in(area) < INK_LEVEL * PAPER, bool)


def ink_of(paper: Paper, cell: Cell, soil: Soil) -> tuple[Ink, float]:
    """What is in a change cell, and which share of it is ink.

    A seal is looked through. Other red is never ink for sure, nor is it ever none: some
    guardians' pens are red. Under a finger nobody knows.
    """
    area = cell.change_rect.grown(-_INSET)
    printed = printed_in(cell)
    seal = soil.seal_in(around(area))
    strokes = strokes_in(paper, area, printed, seal)
    if soil.hides(area):
        return Ink.UNSURE, strokes.share
    share = strokes.share
    if share < WRITTEN_SHARE:
        is_blank = share < BLANK_SHARE and faint_share(paper, area, printed, seal) < WRITTEN_SHARE
        return (Ink.BLANK if is_blank else Ink.UNSURE), share
    if not _is_pen(strokes):
        return Ink.UNSURE, share
    red = paper.red_in(area)
    if red is not None and float((strokes.mask & ~red).mean()) < WRITTEN_SHARE:
        return Ink.UNSURE, share
    return Ink.INK, share


def around(area: Rect) -> Rect:
    """The area with the margin that its strokes may come from."""
    return area.grown(_MARGIN)


def printed_in(cell: Cell) -> tuple[Rect, ...]:
    """Everything printed in and around a change cell: its rules, combs' lines, choices, labels.

    Rules above all: a stroke that runs into one must not take the rule along.
    """
    found = outline_of(cell.change_rect)
    for box in cell.comb.boxes if cell.comb else ():
        found += outline_of(box)
    for choice in cell.choices:
        found += [choice.label_rect.grown(_PRINT_SLACK), *outline_of(choice.box)]
    if cell.pinyin_rect is not None:
        found += outline_of(cell.pinyin_rect)
    return tuple(found)


def outline_of(box: Rect, slack: int = _PRINT_SLACK) -> list[Rect]:
    """The places of a box's four printed lines, `slack` in 0.1 mm around each."""
    return [
        Rect(box.x - slack, box.y - slack, 2 * slack, box.h + 2 * slack),
        Rect(box.right - slack, box.y - slack, 2 * slack, box.h + 2 * slack),
        Rect(box.x - slack, box.y - slack, box.w + 2 * slack, 2 * slack),
        Rect(box.x - slack, box.bottom - slack, box.w + 2 * slack, 2 * slack),
    ]


def _levels(wide: Gray) -> tuple[int, float]:
    """The middle brightness of an area, and how far from it its pixels usually are."""
    counts = np.asarray(cv2.calcHist([wide], [0], None, [256], [0, 256]), np.float64).ravel()
    middle = _median(counts)
    off = np.bincount(np.abs(np.arange(256) - middle), weights=counts).astype(np.float64)
    return middle, 1.4826 * _median(off)


def _darker(
    wide: Gray, level: float, area: Rect, printed: tuple[Rect, ...], seal: Mask | None
) -> npt.NDArray[np.uint8]:
    """What is darker than a level inside an area, without print, specks and what lies beside it."""
    mask = cv2.threshold(wide, level, 1, cv2.THRESH_BINARY_INV)[1]
    for window in _windows(area, printed):
        mask[window] = 0
    if seal is not None:
        mask[seal] = 0
    if not mask[_INNER].any():
        return np.zeros_like(wide[_INNER])
    return _pieces(np.asarray(mask, np.uint8))[_INNER]


def _median(counts: npt.NDArray[np.float64]) -> int:
    """The level that half of all pixels do not exceed."""
    return int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))


@lru_cache(maxsize=1024)  # cells lie in the same places on every page
def _windows(area: Rect, printed: tuple[Rect, ...]) -> tuple[tuple[slice, slice], ...]:
    """The pixels of what is printed, in an area with its margin: rows and columns of each."""
    found = []
    for rect in printed:
        left = (rect.x - area.x + _MARGIN) * PX_PER_MM / 10
        top = (rect.y - area.y + _MARGIN) * PX_PER_MM / 10
        right, bottom = left + rect.w * PX_PER_MM / 10, top + rect.h * PX_PER_MM / 10
        rows = slice(max(0, round(top)), max(0, round(bottom)))
        found.append((rows, slice(max(0, round(left)), max(0, round(right)))))
    return tuple(found)


def _pieces(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Without specks, without the rules around the cell, without strokes that live beside it."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    height, width = mask.shape
    wide, high, area = (
        boxes[:, one] for one in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA)
    )
    kept = (area >= _SPECK_MM2 * PX_PER_MM**2) & (
        np.maximum(wide, high) >= _MIN_LENGTH_MM * PX_PER_MM
    )
    # A rule runs along the margin from side to side.
    kept &= ~((wide > 0.8 * width) & (high < 2 * _EDGE))
    kept &= ~((high > 0.9 * height) & (wide < 2 * _EDGE))
    # Most of a neighbour's stroke lies outside: it only reaches in.
    inner = labels[_EDGE:-_EDGE, _EDGE:-_EDGE]
    kept &= np.bincount(inner.ravel(), minlength=count) >= 0.5 * area
    kept[0] = False
    return np.asarray(kept.astype(np.uint8)[labels], np.uint8)


def _is_pen(strokes: Strokes) -> bool:
    """Whether its darkest tenth is as dark as a pen leaves it, or it is writing by its form.

    A stain is solid and a fold one line; a pencil's strokes are thin and several.
    """
    if float(np.percentile(strokes.strength[strokes.mask > 0], 10)) <= _PEN_LEVEL * PAPER:
        return True
    thin = _thin_of(strokes.mask)
    if cv2.countNonZero(thin) < _THIN_SHARE * cv2.countNonZero(strokes.mask):
        return False
    _, _, boxes, _ = cv2.connectedComponentsWithStats(thin, connectivity=8)
    areas = np.sort(boxes[1:, cv2.CC_STAT_AREA])
    return float(areas[:-1].sum()) >= WRITTEN_SHARE * thin.size


def _thin_of(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """What is no wider than a pen's stroke, and does not border on what is."""
    side = round(_THICKEST_MM * PX_PER_MM) | 1
    thick = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    solid = cv2.dilate(cv2.morphologyEx(mask, cv2.MORPH_OPEN, thick), thick)
    return np.asarray(cv2.subtract(mask, solid), np.uint8)
