"""What the cells of a side seem to say: ticked choices, and writing where it may be read."""

from dataclasses import asdict, dataclass
from datetime import date

from services.scan.cells.seen import CellText
from services.scan.flat.marks import Mark
from services.scan.flat.paper import PX_PER_MM
from services.scan.flat.registration import Registration
from services.scan.flat.sheet import CellRead, SheetRead
from services.scan.hand.reading import VERSION, CellKind, Evidence, read_cell
from services.scan.image.source import Gray, Source
from shared.contracts.fields import Field, FieldType, national
from shared.contracts.seen import Ink
from shared.layout.model import Cell, Rect

__all__ = ["VERSION", "kind_of", "texts_of"]

_MOST_PX_PER_MM = 10.0  # of a cell about 90 px high; the model sees 48
_CODES = {
    "ethnic": CellKind.ETHNIC,
    "hukou": CellKind.HUKOU,
    "sex": CellKind.SEX,
    "yes_no": CellKind.YES_NO,
}
_TYPES = {
    FieldType.NAME: CellKind.NAME,
    FieldType.ID_NUMBER: CellKind.ID,
    FieldType.DATE: CellKind.DATE,
    FieldType.PHONE: CellKind.PHONE,
    FieldType.ADDRESS: CellKind.ADDRESS,
    FieldType.DIVISION: CellKind.ADDRESS,
    FieldType.DIVISION_ADDRESS: CellKind.ADDRESS,
}


@dataclass(frozen=True, slots=True)
class _Cut:
    """Cuts cells out of a page as sharp as its picture is: decoded when the first one is written."""

    page: Registration
    source: Source

    def sharp(self, rect: Rect) -> Gray:
        """A rectangle of the layout at up to `_MOST_PX_PER_MM`."""
        picture = self.source.full if self.source.is_large else self.page.picture
        finer = picture.shape[1] / self.page.picture.shape[1]
        px_per_mm = min(_MOST_PX_PER_MM, max(PX_PER_MM, finer * self.page.px_per_mm))
        return self.page.warp(picture, rect, px_per_mm)


def texts_of(
    cells: dict[str, Cell], read: SheetRead, page: Registration | None, source: Source | None
) -> dict[str, CellText]:
    """What each cell with ink seems to say; blank ones say nothing.

    Without `source`, the picture the page was found in, no writing is read, only ticked boxes.

    Birth date and sex go first: where both were changed they must fit the new ID number.
    """
    found: dict[str, CellText] = {}
    for name in sorted(read.cells, key=lambda one: one == "id_number"):
        seen = read.cells[name]
        text = _chosen(cells[name], seen)
        if text is None and source is not None and page is not None:
            cut = _Cut(page, source)
            text = _written(cells[name], seen, cut, _evidence(name, found))
        if text is not None:
            found[name] = text
    return found


def kind_of(field: Field) -> tuple[CellKind, str] | None:
    """By which rules a field is read, and its code list; None where no rule exists."""
    if field.codes:
        return _CODES.get(field.codes, CellKind.ETHNIC), field.codes
    kind = _TYPES.get(field.type)
    return (kind, "") if kind is not None else None


def _written(cell: Cell, seen: CellRead, cut: _Cut, evidence: Evidence) -> CellText | None:
    field = next((one for one in national().fields if one.key == cell.field), None)
    how = kind_of(field) if field is not None else None
    if how is None or seen.ink is Ink.BLANK or cell.choices or not seen.is_held:
        return None
    reading = read_cell(cut.sharp(cell.change_rect), how[0], evidence, codes=how[1])
    return CellText(**asdict(reading)) if reading.raw else None


def _evidence(name: str, found: dict[str, CellText]) -> Evidence:
    if name != "id_number":
        return Evidence()
    born, sex = (found.get(one, CellText()).suggestion for one in ("birth_date", "sex"))
    return Evidence(birth_date=date.fromisoformat(born) if born else None, sex=sex)


def _chosen(cell: Cell, seen: CellRead) -> CellText | None:
    """A code where exactly one box is marked and none is in doubt."""
    marked = tuple(code for code, mark in seen.marks.items() if mark is Mark.MARKED)
    doubtful = tuple(code for code, mark in seen.marks.items() if mark is Mark.UNSURE)
    if not cell.choices or not (marked or doubtful):
        return None
    raw = "/".join(marked)
    if len(marked) == 1 and not doubtful:
        return CellText(raw, marked[0], marked, "A")
    reasons = ("several_marked",) if len(marked) > 1 else ("unsure_mark",)
    return CellText(raw, None, (*marked, *doubtful), "C", reasons)
