"""Reads one side of a sheet: registered, its cells' ink, its ticks, signature and date."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from services.scan.flat.ink import BLANK_SHARE, WRITTEN_SHARE, ink_of
from services.scan.flat.marks import Mark, Marks, presence_in
from services.scan.flat.paper import Paper
from services.scan.flat.registration import Quality, Registration, register
from services.scan.flat.soil import Soil
from services.scan.flat.streaks import without_streaks
from services.scan.image.source import Gray, Source, UnreadableError, open_source
from shared.contracts.seen import Ink, Presence
from shared.kernel.sheet_code import Side
from shared.layout.model import Cell, Layout

_SAME_LENGTH = 0.02


@dataclass(frozen=True, slots=True)
class CellRead:
    """What is in one change cell."""

    ink: Ink
    share: float
    tick: Mark  # of 本项有误
    is_held: bool = True  # False: nobody knows what lies in its place
    marks: dict[str, Mark] = field(default_factory=dict)  # of its choices, by code

    @property
    def choices(self) -> tuple[str, ...]:
        """Codes of the marked choices."""
        return tuple(code for code, mark in self.marks.items() if mark is Mark.MARKED)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """One side; without cells where the page lies too badly, which `quality` says."""

    quality: Quality | None  # None: no sheet was found
    cells: dict[str, CellRead] = field(default_factory=dict)
    signature: Presence | None = None  # None: not read, or not on this side
    date: Presence | None = None


def read_sheet(data: bytes, layout: Layout, side: Side) -> SheetRead:
    """Read a side of a sheet from a picture; never raises, whatever the bytes are."""
    try:
        return read_source(open_source(data), layout, side)[0]
    except UnreadableError:
        return SheetRead(None)
    except Exception:  # decoders raise anything on hostile bytes; this page ends here
        return SheetRead(None)


def read_source(
    source: Source, layout: Layout, side: Side
) -> tuple[SheetRead, Registration | None]:
    """The same of an opened picture, with the registration for cutting cells out.

    Raises:
        UnreadableError: it has no pixels.
    """
    cv2.setNumThreads(1)
    picture = _picture_of(source)
    page = register(picture, picture, layout, side)
    if page is None:
        return SheetRead(None), None
    if not page.quality.may_read_cells:
        return SheetRead(page.quality), page
    if _is_scanned(page):
        page = replace(page, picture=without_streaks(picture))
    paper = Paper(page, source)
    soil = Soil(paper)
    cells = _cells(paper, soil, layout.cells_of(side))
    signature = date = None
    if layout.signature_side is side:
        signature = (
            presence_in(paper, layout.signature_rect, soil) if layout.signature_rect else None
        )
        date = presence_in(paper, layout.date_rect, soil) if layout.date_rect else None
    return SheetRead(page.quality, cells, signature, date), page


def _is_scanned(page: Registration) -> bool:
    """Whether opposite sides of the paper are of one length, as no hand holds a phone."""
    width, height = page.size
    corners = page.to_picture(np.array([[0, 0], [width, 0], [width, height], [0, height]], float))
    top, right, bottom, left = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return bool(max(abs(top / bottom - 1), abs(left / right - 1)) < _SAME_LENGTH)


def _picture_of(source: Source) -> Gray:
    """The grey of a sheet, decoded together with its colours; of a large picture half the size."""
    colour = source.colour
    if colour is not None:
        return np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), np.uint8)
    return source.half if source.is_large else source.full


def _cells(paper: Paper, soil: Soil, cells: Sequence[Cell]) -> dict[str, CellRead]:
    held = [one for one in cells if paper.page.holds(one.change_rect)]
    marks = Marks(paper, soil, tuple(one.needs_change for one in held))
    read = {one.field: _cell(paper, one, soil, marks) for one in held}
    lost = CellRead(Ink.UNSURE, 0.0, Mark.UNSURE, is_held=False)
    return {one.field: read.get(one.field, lost) for one in cells}


def _cell(paper: Paper, cell: Cell, soil: Soil, boxes: Marks) -> CellRead:
    ink, share = ink_of(paper, cell, soil)
    tick = boxes.mark_in(cell.needs_change)
    marks = {one.code: boxes.mark_in(one.box) for one in cell.choices}
    # A mark in one box is much of the box and little of the cell.
    is_little = BLANK_SHARE <= share < WRITTEN_SHARE
    if ink is Ink.UNSURE and is_little and _is_chosen(paper, cell, marks):
        ink = Ink.INK
    # A tick without ink is a wish without a value; a person looks at it.
    if ink is Ink.BLANK and (tick is not Mark.EMPTY):
        ink = Ink.UNSURE
    return CellRead(ink, round(share, 4), tick, marks=marks)


def _is_chosen(paper: Paper, cell: Cell, marks: dict[str, Mark]) -> bool:
    """Whether a choice is marked, and not in red."""
    boxes = [one.box for one in cell.choices if marks[one.code] is Mark.MARKED]
    return bool(boxes) and all(paper.red_in(one) is None for one in boxes)
