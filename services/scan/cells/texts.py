"""What the cells of a side seem to say: ticked choices, and writing where it may be read."""

from services.scan.cells.seen import CellText
from services.scan.flat.marks import Mark
from services.scan.flat.sheet import CellRead, SheetRead
from shared.layout.model import Cell

VERSION = "choices-1"


def texts_of(cells: dict[str, Cell], read: SheetRead) -> dict[str, CellText]:
    """What each cell with ink seems to say; blank ones say nothing."""
    found = {}
    for name, seen in read.cells.items():
        text = _chosen(cells[name], seen)
        if text is not None:
            found[name] = text
    return found


def _chosen(cell: Cell, seen: CellRead) -> CellText | None:
    """A code where exactly one box is marked and none is in doubt."""
    if not cell.choices or not seen.marks:
        return None
    marked = tuple(code for code, mark in seen.marks.items() if mark is Mark.MARKED)
    doubtful = tuple(code for code, mark in seen.marks.items() if mark is Mark.UNSURE)
    raw = "/".join(marked)
    if len(marked) == 1 and not doubtful:
        return CellText(raw, marked[0], marked, "A")
    if not marked and not doubtful:
        return None
    reasons = ("several_marked",) if len(marked) > 1 else ("unsure_mark",)
    return CellText(raw, None, (*marked, *doubtful), "C", reasons)
