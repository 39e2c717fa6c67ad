"""Tick boxes, the signature and the date: two thresholds each, and a person in between."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.ink import (
    BLANK_SHARE,
    Strokes,
    around,
    faint_share,
    ink_inside,
    outline_of,
    strokes_in,
)
from services.scan.flat.pale import BOX_INSET, EmptyBoxes, darkness_of, empty_boxes
from services.scan.flat.paper import PAPER, PX_PER_MM, Paper
from services.scan.flat.soil import Soil
from shared.contracts.seen import Presence
from shared.layout.model import Rect

# Shares of a box's inside, from the design's measurements on 4,000 boxes.
MARKED, EMPTY = 0.09, 0.06
# Areas of ink where the box of everything written is scaled to this height.
_SIGNED_HEIGHT = 64
PRESENT, ABSENT = 150.0, 40.0
_AROUND_FRAME = 9  # 0.1 mm to either side of the frame where it is looked for
_FRAME_OFF_MM = 0.6
_FRAME_LEVEL = 0.96  # of the paper's: a hairline in a small photo is little darker
_FRAME_SLACK = 8  # 0.1 mm to either side of it that are no writing
_LINE_INSET = 12  # 0.1 mm of the signature's field that its frame may take


class Mark(StrEnum):
    """What is in a tick box."""

    MARKED = "marked"
    EMPTY = "empty"
    UNSURE = "unsure"


def mark_in(paper: Paper, box: Rect, soil: Soil) -> Mark:
    """Whether a box is ticked, crossed or filled; a seal across it is no mark."""
    inside = box.grown(-BOX_INSET)
    ink = ink_inside(paper, inside)
    if soil.hides(inside):
        return Mark.UNSURE
    if ink.mean() >= EMPTY:
        seal = soil.seal_in(inside)
        if seal is not None:
            ink &= ~seal
    share = float(ink.mean())
    if share >= MARKED:
        return Mark.MARKED
    return Mark.EMPTY if share < EMPTY else Mark.UNSURE


@dataclass(frozen=True)
class Marks:
    """The boxes of one page; pale marks are told from the page's empty boxes."""

    paper: Paper
    soil: Soil
    boxes: tuple[Rect, ...]  # of one kind, most of them empty

    def mark_in(self, box: Rect) -> Mark:
        """Whether a box is marked; one that only differs from the page's others is unsure."""
        mark = mark_in(self.paper, box, self.soil)
        if mark is not Mark.EMPTY or self._empty is None:
            return mark
        seen = self._seen[box] if box in self._seen else darkness_of(self.paper, box, self.soil)
        return Mark.UNSURE if self._empty.are_unlike(seen) else Mark.EMPTY

    @cached_property
    def _seen(self) -> dict[Rect, float | None]:
        return {one: darkness_of(self.paper, one, self.soil) for one in self.boxes}

    @cached_property
    def _empty(self) -> EmptyBoxes | None:
        return empty_boxes(self._seen.values())


def presence_in(paper: Paper, field: Rect, soil: Soil) -> Presence:
    """Whether something is written in a field; a seal is nobody's signature."""
    inside = field.grown(-_LINE_INSET)
    if soil.hides(inside) or not _frame_lies_there(paper, field):
        return Presence.UNSURE
    seal = soil.seal_in(around(inside))
    # Large names run into the frame, which must not take them along.
    frame = tuple(outline_of(field, _FRAME_SLACK))
    strokes = strokes_in(paper, inside, frame, seal)
    amount = _amount(strokes)
    if amount >= PRESENT:
        return Presence.PRESENT
    # A wrong "not signed" sends a guardian away: less of a trace keeps it from being said.
    is_blank = amount < ABSENT and faint_share(paper, inside, frame, seal) < BLANK_SHARE
    return Presence.ABSENT if is_blank else Presence.UNSURE


def _frame_lies_there(paper: Paper, field: Rect) -> bool:
    """Whether the field's printed frame is where it should be: else it is another place.

    No rule of the table runs near it, so a fold at the page's foot goes unseen otherwise.
    """
    level = paper.brightness_in(field.grown(_AROUND_FRAME))
    reach = 2 * round(_AROUND_FRAME * PX_PER_MM / 10)
    middle = slice(reach, level.shape[1] - reach)
    rows = np.percentile(level[:, middle], 60, axis=1).astype(np.float64)
    return all(_darkest_is_middle(side) for side in (rows[:reach], rows[-reach:]))


def _darkest_is_middle(profile: npt.NDArray[np.float64]) -> bool:
    at = int(profile.argmin())
    off_mm = abs(at - (len(profile) - 1) / 2) / PX_PER_MM
    return off_mm <= _FRAME_OFF_MM and float(profile[at]) <= _FRAME_LEVEL * PAPER


def _amount(strokes: Strokes) -> float:
    """Ink in pixels, as if the field were `_SIGNED_HEIGHT` high."""
    if not strokes.mask.any():
        return 0.0
    mask = _off_the_edge(strokes.mask)
    return float(mask.sum() * (_SIGNED_HEIGHT / mask.shape[0]) ** 2)


def _off_the_edge(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Without slivers that touch the field's border: the rest of a printed line."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    height, width = mask.shape
    thin = 0.8 * PX_PER_MM
    kept = np.ones(count, np.uint8)
    kept[0] = 0
    for one in range(1, count):
        left, top, wide, high, _area = (int(value) for value in boxes[one])
        touches = left == 0 or top == 0 or left + wide == width or top + high == height
        if touches and min(wide, high) <= thin:
            kept[one] = 0
    return np.asarray(kept[labels], np.uint8)
