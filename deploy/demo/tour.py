"""What the five-minute tour needs: a class that has work left, photos of its sheets, and a pile."""

import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from deploy.demo.album import lock_child
from deploy.demo.notes import Notes
from deploy.demo.paper import Printed
from deploy.demo.province.faults import write_faulty_roster
from deploy.demo.province.pupils import make_province
from deploy.rehearse.hands.pens import ColourImage
from deploy.rehearse.making import filled_page
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.printed import page_picture
from deploy.rehearse.scans.files import jpeg_strip, pdf_of
from deploy.rehearse.scans.recipe import scanner
from deploy.rehearse.scans.scan import scan
from deploy.rehearse.sheets import PrintedPage
from shared.contracts.forms_commands import Manifest, ManifestSheet
from shared.kernel.ids import SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.plumbing.offload import ProcessPool

EXAMPLES = 3
MOST_IN_PILE = 8
_TAKE_S = 120.0
_SEED = 4100
_NOTE = "tour"


@dataclass(frozen=True, slots=True)
class Tour:
    """The class of the tour, the sheets whose pages are to be tried, and the others of its pile."""

    school: UnitCode
    unit: UnitCode  # the class
    examples: tuple[SheetId, ...]
    pile: tuple[SheetId, ...]


def choose_tour(printed: Sequence[Printed], used: Collection[SheetId]) -> Tour:
    """The class with most sheets that nobody has photographed; sheets by their place in the file."""
    fresh: defaultdict[UnitCode, list[SheetId]] = defaultdict(list)
    school_of = {sheet.unit: one.school for one in printed for sheet in one.sheets}
    for one in printed:
        for sheet in one.sheets:
            # Where every sheet was photographed, one sends another photo of the same.
            fresh[sheet.unit] += [] if sheet.sheet in used else [sheet.sheet]
    unit = max(fresh, key=lambda code: (len(fresh[code]), code))
    known = fresh[unit] + [
        sheet.sheet
        for one in printed
        for sheet in one.sheets
        if sheet.unit == unit and sheet.sheet in used
    ]
    rest = fresh[unit][EXAMPLES : EXAMPLES + MOST_IN_PILE]
    return Tour(school_of[unit], unit, tuple(known[:EXAMPLES]), tuple(rest))


def note_tour(notes: Notes, tour: Tour) -> None:
    """Remember the choice."""
    notes.put(_NOTE, msgspec.to_builtins(tour))


def noted_tour(notes: Notes) -> Tour:
    """The choice that was noted."""
    return msgspec.convert(notes.get(_NOTE), Tour)


def lay_out(folder: Path, tour: Tour, pupils: int) -> Path:
    """Write photos of the example sheets, a scanned pile, and their school's roster with errors.

    What lies there already is left alone. Pictures are made in a child process: the house goes on
    answering meanwhile.
    """
    room = folder / "try"
    room.mkdir(exist_ok=True)
    pdf = folder / "prints" / f"{tour.school}.pdf"
    pool = ProcessPool(max(1, (os.cpu_count() or 2) - 1), lock_child)
    try:
        for number, sheet in enumerate(tour.examples, start=1):
            order = (str(pdf), sheet, _SEED + number, str(room / f"photo-{number}.jpg"))
            pool.run(take_example, order, deadline_s=_TAKE_S)
        if tour.pile:
            pile = (str(pdf), tour.pile, _SEED, str(room / "pile.pdf"))
            pool.run(scan_pile, pile, deadline_s=_TAKE_S)
    finally:
        pool.close()
    errors = room / "roster-with-errors.xlsx"
    if not errors.exists():
        # A small demo's school has fewer pupils than there are kinds of errors.
        with suppress(ValueError):
            write_faulty_roster(make_province(pupils), tour.school, errors)
    return room


def take_example(order: tuple[str, str, int, str]) -> str:
    """Photograph one sheet with a change on it.

    Args:
        order: PDF file, sheet, seed, file to write.
    """
    pdf, sheet, seed, target = order
    if not Path(target).exists():
        page = _front(Path(pdf), _sheets(Path(pdf))[SheetId(sheet)])
        paper, filled, geometry = filled_page(page, Level.EASY, seed, changes=2)
        photo = photograph(paper, level=Level.EASY, seed=seed, layout=geometry)
        truth = {key: entry.stored for key, entry in filled.entries.items()}
        Path(target).with_suffix(".truth").write_text(json.dumps(truth, ensure_ascii=False))
        _write(Path(target), photo.jpeg)
    return target


def scan_pile(order: tuple[str, tuple[str, ...], int, str]) -> str:
    """Scan a class's cover and some of its sheets into one PDF; every other one holds no change.

    Args:
        order: PDF file, sheets, seed of the first page, file to write.
    """
    pdf, sheets, seed, target = order
    if Path(target).exists():
        return target
    machine = scanner(Level.EASY, seed)
    strips = [
        [jpeg_strip(scan(page, level=Level.EASY, seed=seed + number, machine=machine).pixels)]
        for number, page in enumerate(_pile_pages(Path(pdf), sheets, seed))
    ]
    _write(Path(target), pdf_of(strips, dpi=machine.dpi))
    return target


def _pile_pages(pdf: Path, sheets: Sequence[str], seed: int) -> Iterator[ColourImage]:
    known = _sheets(pdf)
    cover = _cover(known, known[SheetId(sheets[0])])
    if cover is not None:
        yield coloured(page_picture(pdf, cover))
    for number, sheet in enumerate(sheets):
        page = _front(pdf, known[SheetId(sheet)])
        yield filled_page(page, Level.EASY, seed + number, changes=number % 2)[0]


def _cover(known: dict[SheetId, ManifestSheet], sheet: ManifestSheet) -> int | None:
    """The page before the class's first sheet, when no sheet is on it."""
    before = min(min(one.pages) for one in known.values() if one.unit == sheet.unit) - 1
    taken = {page for one in known.values() for page in one.pages}
    return before if before >= 1 and before not in taken else None


def _front(pdf: Path, sheet: ManifestSheet) -> PrintedPage:
    side = Side.FRONT.value
    return PrintedPage(sheet.sheet, sheet.serial, side, sheet.layout, str(pdf), sheet.pages[0])


def _sheets(pdf: Path) -> dict[SheetId, ManifestSheet]:
    manifest = msgspec.json.decode(pdf.with_suffix(".json").read_bytes(), type=Manifest)
    return {one.sheet: one for one in manifest.sheets}


def _write(path: Path, body: bytes) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(body)
    beside.replace(path)
