"""Whether something is written in a cell, told from the ink that is not printed there."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.registration import Registration
from services.scan.flat.soil import Soil
from services.scan.image.source import Gray
from shared.contracts.seen import Ink
from shared.layout.model import Cell, Rect

PX_PER_MM = 6.0
INK_LEVEL = 0.80  # of the paper's brightness around it; what is darker is ink
WRITTEN_SHARE, BLANK_SHARE = 0.0045, 0.0018  # of the cell's area
_MARGIN = 20  # 0.1 mm around a cell: where a stroke comes from
_INSET = 8  # 0.1 mm of a cell beside its rules that say nothing
_PRINT_SLACK = 5  # 0.1 mm around what is printed inside a cell
_PAPER_MM = 7.0  # wider than any stroke, narrower than a shadow
_OVER_GRAIN = 5.0  # deviations of the paper's own levels
_COARSE = 2  # pixels of a crop per pixel in which the paper is told: it changes slowly
_SPECK_MM2 = 0.12
_MIN_LENGTH_MM = 1.0
# What a pen leaves is at least this much darker in its middle than the paper; a stain is not.
_PEN_LEVEL = 0.72


@dataclass(frozen=True, slots=True)
class Strokes:
    """What was written in a rectangle: a mask at `PX_PER_MM`, and the grey it was taken from."""

    mask: npt.NDArray[np.bool_]
    grey: Gray
    strength: npt.NDArray[np.float32]  # brightness as a share of the paper's

    @property
    def share(self) -> float:
        """Of the area."""
        return float(self.mask.mean()) if self.mask.size else 0.0

    def without(self, other: npt.NDArray[np.bool_] | None) -> "Strokes":
        """What is left of them beside another ink; specks of it go too."""
        if other is None:
            return self
        left = self.mask & ~other[: self.mask.shape[0], : self.mask.shape[1]]
        return replace(self, mask=_without_specks(left.astype(np.uint8)).astype(bool))


def strokes_in(page: Registration, area: Rect, printed: tuple[Rect, ...] = ()) -> Strokes:
    """What is written in an area of the layout; `printed` lies in it and is left out."""
    wide = page.crop(area, PX_PER_MM, margin=_MARGIN)
    level = over_paper(wide)
    mask = (level < _ink_level(level)).astype(np.uint8)
    for rect in printed:
        _blank_out(mask, rect, area)
    mask = _pieces(mask)
    edge = round(_MARGIN * PX_PER_MM / 10)
    inner = np.s_[edge:-edge, edge:-edge]
    return Strokes(mask[inner].astype(bool), wide[inner], level[inner])


def ink_inside(page: Registration, area: Rect) -> npt.NDArray[np.bool_]:
    """Where an area is ink, wherever its strokes come from and go to."""
    wide = page.crop(area, PX_PER_MM, margin=_MARGIN)
    edge = round(_MARGIN * PX_PER_MM / 10)
    return np.asarray((over_paper(wide) < INK_LEVEL)[edge:-edge, edge:-edge], bool)


def ink_of(page: Registration, cell: Cell, soil: Soil) -> tuple[Ink, float]:
    """What is in a change cell, and which share of it is ink.

    A seal is looked through. Other red is never ink for sure, nor is it ever none: some
    guardians' pens are red. Under a finger nobody knows.
    """
    area = cell.change_rect.grown(-_INSET)
    strokes = strokes_in(page, area, printed_in(cell))
    if soil.hides(area):
        return Ink.UNSURE, strokes.share
    if strokes.share >= BLANK_SHARE:
        strokes = strokes.without(soil.seal_in(area, PX_PER_MM))
    share = strokes.share
    if share < WRITTEN_SHARE:
        return (Ink.BLANK if share < BLANK_SHARE else Ink.UNSURE), share
    if not _is_pen(strokes):
        return Ink.UNSURE, share
    red = soil.colours.red_in(page, area, PX_PER_MM)
    if red is not None:
        left = float((strokes.mask & ~red[: strokes.mask.shape[0], : strokes.mask.shape[1]]).mean())
        if left < WRITTEN_SHARE:
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


def _ink_level(level: npt.NDArray[np.float32]) -> float:
    """Lower where the grain of a dark photo is as dark as a pale stroke."""
    grain = np.median(np.abs(level - np.median(level))) * 1.4826
    return min(INK_LEVEL, 1.0 - _OVER_GRAIN * float(grain))


def over_paper(picture: Gray) -> npt.NDArray[np.float32]:
    """Brightness as a share of the paper's around it, so that shadows are paper."""
    side = round(_PAPER_MM * PX_PER_MM / _COARSE) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    soft = cv2.GaussianBlur(picture, (3, 3), 0)
    height, width = soft.shape
    size = (max(1, round(width / _COARSE)), max(1, round(height / _COARSE)))
    coarse = cv2.resize(soft, size, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel).astype(np.float32)
    smooth = cv2.GaussianBlur(closed, (0, 0), side / 4)
    paper = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(soft.astype(np.float32) / np.maximum(paper, 1.0), np.float32)


def _blank_out(mask: npt.NDArray[np.uint8], rect: Rect, area: Rect) -> None:
    left = (rect.x - area.x + _MARGIN) * PX_PER_MM / 10
    top = (rect.y - area.y + _MARGIN) * PX_PER_MM / 10
    right, bottom = left + rect.w * PX_PER_MM / 10, top + rect.h * PX_PER_MM / 10
    height, width = mask.shape
    rows = slice(min(height, max(0, round(top))), max(0, round(bottom)))
    columns = slice(min(width, max(0, round(left))), max(0, round(right)))
    mask[rows, columns] = 0


def _pieces(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Without specks, without the rules around the cell, without strokes that live beside it."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    height, width = mask.shape
    edge = round(_MARGIN * PX_PER_MM / 10)
    kept = np.zeros(count, bool)
    for one in range(1, count):
        wide, high, area = (int(value) for value in boxes[one][2:])
        is_speck = area < _SPECK_MM2 * PX_PER_MM**2 or max(wide, high) < _MIN_LENGTH_MM * PX_PER_MM
        # A rule runs along the margin from side to side.
        is_rule = (wide > 0.8 * width and high < 2 * edge) or (
            high > 0.9 * height and wide < 2 * edge
        )
        kept[one] = not is_speck and not is_rule
        if kept[one] and _is_of_a_neighbour(labels == one, edge):
            kept[one] = False
    return np.asarray(kept[labels], np.uint8)


def _without_specks(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = np.zeros(count, np.uint8)
    kept[1:] = boxes[1:, cv2.CC_STAT_AREA] >= _SPECK_MM2 * PX_PER_MM**2
    return np.asarray(kept[labels], np.uint8)


def _is_of_a_neighbour(piece: npt.NDArray[np.bool_], edge: int) -> bool:
    """Whether most of a stroke lies outside of the cell: it only reaches in."""
    inside = int(piece[edge:-edge, edge:-edge].sum())
    return inside < 0.5 * int(piece.sum())


def _is_pen(strokes: Strokes) -> bool:
    """Whether its darkest tenth is as dark as a pen leaves it."""
    return float(np.percentile(strokes.strength[strokes.mask], 10)) <= _PEN_LEVEL
