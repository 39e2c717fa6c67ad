"""Prints a kit: one PDF per class, the layouts used, and a manifest of every page."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from deploy.kit.campaign import Kit, KitSheet
from services.forms.domain import LastCopy, PlannedCopy, in_print_order, next_copy
from services.forms.planning import DEFAULT_TITLE
from services.forms.render.file import render_class_file
from services.forms.render.fonts import find_chain
from services.forms.render.job import ClassSheets, PrintedFile, PrintJob, PupilSheet
from shared.contracts.roster_commands import ClassSnapshot, PupilSnapshot
from shared.kernel.ids import SheetId, new_sheet_id
from shared.kernel.sheet_code import Side
from shared.kernel.sheet_number import new_number_base
from shared.layout.registry import canonical_json, layout

PRINTS, LAYOUTS, MANIFEST = "prints", "layouts", "manifest.json"
_SIDES = (Side.FRONT, Side.BACK)


def print_kit(kit: Kit, *, template: str, tick: Callable[[int, int], None]) -> list[dict[str, Any]]:
    """Print every class; a kit printed before gets new copies with a higher print serial.

    Gives the rows of the manifest, which is written last, as a whole.
    """
    rows: list[dict[str, Any]] = []
    numbers: set[int] = set()
    for place, snapshot in enumerate(kit.classes, start=1):
        pupils = in_print_order(snapshot.pupils)
        copies = dict(_copies(kit, pupils))
        printed = render_class_file(_job(kit, snapshot, pupils, copies, template))
        # In the books before on paper: a sheet that nobody knows of could never be read.
        kit.issue(tuple(_issued(kit, snapshot, pupils, copies, printed)))
        file = Path(PRINTS) / f"{place:03d}-{snapshot.unit}.pdf"
        _write(kit.folder / file, printed.pdf)
        rows += _manifest_rows(snapshot, printed, file)
        numbers |= {number for number, _ in printed.layouts}
        tick(place, len(kit.classes))
    for number in sorted(numbers):
        found = layout(number)
        assert found is not None
        _write(kit.folder / LAYOUTS / f"{number:03d}.json", canonical_json(found).encode())
    _write(kit.folder / MANIFEST, json.dumps({"sheets": rows}, ensure_ascii=False).encode())
    return rows


def _copies(kit: Kit, pupils: tuple[PupilSnapshot, ...]) -> Iterator[tuple[str, PlannedCopy]]:
    taken = {one.sheet for one in kit.issued}
    last: dict[str, LastCopy] = {}
    for one in kit.issued:
        last[one.student] = LastCopy(one.sheet, one.generation, one.serial)

    def fresh() -> SheetId:
        while (sheet := new_sheet_id()) in taken:
            pass
        taken.add(sheet)
        return sheet

    for pupil in pupils:
        yield pupil.student, next_copy(last.get(pupil.student), fresh, new_number_base())


def _job(
    kit: Kit,
    snapshot: ClassSnapshot,
    pupils: tuple[PupilSnapshot, ...],
    copies: dict[str, PlannedCopy],
    template: str,
) -> PrintJob:
    return PrintJob(
        campaign=kit.campaign.campaign,
        campaign_name=kit.campaign.name,
        title=DEFAULT_TITLE,
        host=kit.campaign.host,
        template=template,
        code_key=kit.campaign.code_key,
        ledger_key=bytes.fromhex(kit.campaign.ledger_key),
        fonts=find_chain(),
        classes=(
            ClassSheets(
                unit=snapshot.unit,
                school_name=snapshot.school_name,
                class_name=snapshot.class_name,
                pupils=tuple(_sheet(pupil, copies[pupil.student]) for pupil in pupils),
            ),
        ),
    )


def _sheet(pupil: PupilSnapshot, planned: PlannedCopy) -> PupilSheet:
    return PupilSheet(
        student=pupil.student,
        copy=planned.copy,
        record_version=pupil.record_version,
        student_number=pupil.student_number,
        number_in_class=pupil.number_in_class,
        values=pupil.values,
    )


def _issued(
    kit: Kit,
    snapshot: ClassSnapshot,
    pupils: tuple[PupilSnapshot, ...],
    copies: dict[str, PlannedCopy],
    printed: PrintedFile,
) -> Iterator[KitSheet]:
    numbers = {pupil.student: pupil.student_number for pupil in pupils}
    for one in printed.sheets:
        yield KitSheet(
            one.sheet,
            one.serial,
            one.student,
            numbers[one.student],
            snapshot.class_name,
            one.number_in_class,
            copies[one.student].generation,
        )


def _manifest_rows(
    snapshot: ClassSnapshot, printed: PrintedFile, file: Path
) -> Iterator[dict[str, Any]]:
    numbers = {pupil.student: pupil.student_number for pupil in snapshot.pupils}
    for one in printed.sheets:
        for side, page in zip(_SIDES, one.pages, strict=False):
            yield {
                "sheet": one.sheet,
                "serial": one.serial,
                "side": side.value,
                "student_number": numbers[one.student],
                "class": snapshot.class_name,
                "number_in_class": one.number_in_class,
                "layout": one.layout,
                "pdf": file.as_posix(),
                "page": page,
            }


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    beside.replace(path)
