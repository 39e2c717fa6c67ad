"""Whether something is written in a cell, told from the ink that is not printed there."""

from dataclasses import dataclass, replace

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
_INSET = 8  # 0.1 mm of a cell beside its rules that say nothing
_PRINT_SLACK = 5  # 0.1 mm around what is printed inside a cell
_OVER_GRAIN = 5.0  # deviations of the paper's own levels
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

    def without(self, other: Mask | None) -> "Strokes":
        """What is left of them beside another ink; specks of it go too."""
        if other is None:
            return self
        left = np.where(other, 0, self.mask).astype(np.uint8)
        return replace(self, mask=_without_specks(left))


def strokes_in(paper: Paper, area: Rect, printed: tuple[Rect, ...] = ()) -> Strokes:
    """What is written in an area of the layout; `printed` lies in it and is left out."""
    wide = paper.brightness_in(area.grown(_MARGIN))
    mask = cv2.threshold(wide, _ink_level(wide), 1, cv2.THRESH_BINARY_INV)[1]
    for rect in printed:
        _blank_out(mask, rect, area)
    inner = np.s_[_EDGE:-_EDGE, _EDGE:-_EDGE]
    if not mask[inner].any():
        return Strokes(np.zeros_like(mask[inner]), wide[inner])
    return Strokes(_pieces(np.asarray(mask, np.uint8))[inner], wide[inner])


def ink_inside(paper: Paper, area: Rect) -> Mask:
    """Where an area is ink, wherever its strokes come from and go to."""
    return np.asarray(paper.brightness_in(area) < INK_LEVEL * PAPER, bool)


def ink_of(paper: Paper, cell: Cell, soil: Soil) -> tuple[Ink, float]:
    """What is in a change cell, and which share of it is ink.

    A seal is looked through. Other red is never ink for sure, nor is it ever none: some
    guardians' pens are red. Under a finger nobody knows.
    """
    area = cell.change_rect.grown(-_INSET)
    strokes = strokes_in(paper, area, printed_in(cell))
    if soil.hides(area):
        return Ink.UNSURE, strokes.share
    if strokes.share >= BLANK_SHARE:
        strokes = strokes.without(soil.seal_in(area))
    share = strokes.share
    if share < WRITTEN_SHARE:
        return (Ink.BLANK if share < BLANK_SHARE else Ink.UNSURE), share
    if not _is_pen(strokes):
        return Ink.UNSURE, share
    red = paper.red_in(area)
    if red is not None and float((strokes.mask & ~red).mean()) < WRITTEN_SHARE:
        return Ink.UNSURE, share
    return Ink.INK, share


def printed_in(cell: Cell) -> tuple[Rect, ...]:
    """Everything printed in and around a change cell: its rules, combs' lines, choices, labels.

    Rules above all: a stroke that runs into one must not take the rule along.
    """
    found = _outline(cell.change_rect)
    for box in cell.comb.boxes if cell.comb else ():
        found += _outline(box)
    for choice in cell.choices:
        found += [choice.label_rect.grown(_PRINT_SLACK), *_outline(choice.box)]
    if cell.pinyin_rect is not None:
        found += _outline(cell.pinyin_rect)
    return tuple(found)


def _outline(box: Rect) -> list[Rect]:
    slack = _PRINT_SLACK
    return [
        Rect(box.x - slack, box.y - slack, 2 * slack, box.h + 2 * slack),
        Rect(box.right - slack, box.y - slack, 2 * slack, box.h + 2 * slack),
        Rect(box.x - slack, box.y - slack, box.w + 2 * slack, 2 * slack),
        Rect(box.x - slack, box.bottom - slack, box.w + 2 * slack, 2 * slack),
    ]


def _ink_level(wide: Gray) -> float:
    """Lower where the grain of a dark photo is as dark as a pale stroke."""
    counts = np.asarray(cv2.calcHist([wide], [0], None, [256], [0, 256]), np.float64).ravel()
    middle = _median(counts)
    off = np.bincount(np.abs(np.arange(256) - middle), weights=counts).astype(np.float64)
    grain = 1.4826 * _median(off)
    return float(min(INK_LEVEL * PAPER, PAPER - _OVER_GRAIN * grain))


def _median(counts: npt.NDArray[np.float64]) -> int:
    """The level that half of all pixels do not exceed."""
    return int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))


def _blank_out(mask: cv2.typing.MatLike, rect: Rect, area: Rect) -> None:
    left = (rect.x - area.x + _MARGIN) * PX_PER_MM / 10
    top = (rect.y - area.y + _MARGIN) * PX_PER_MM / 10
    right, bottom = left + rect.w * PX_PER_MM / 10, top + rect.h * PX_PER_MM / 10
    rows = slice(max(0, round(top)), max(0, round(bottom)))
    columns = slice(max(0, round(left)), max(0, round(right)))
    mask[rows, columns] = 0


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


def _without_specks(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = np.zeros(count, np.uint8)
    kept[1:] = boxes[1:, cv2.CC_STAT_AREA] >= _SPECK_MM2 * PX_PER_MM**2
    return np.asarray(kept[labels], np.uint8)


def _is_pen(strokes: Strokes) -> bool:
    """Whether its darkest tenth is as dark as a pen leaves it."""
    return float(np.percentile(strokes.strength[strokes.mask > 0], 10)) <= _PEN_LEVEL * PAPER
