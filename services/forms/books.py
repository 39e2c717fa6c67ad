"""What a printed file leaves in the books and says to the house."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.forms.domain import PlannedCopy, SheetKind, in_chunks
from services.forms.planning import PlannedClass
from services.forms.render.job import PrintedCover, PrintedFile, PrintedSheet
from shared.contracts.events import MAX_ITEMS, CoverIssued, IssuedSheet, SheetIssued
from shared.kernel.ids import CampaignId
from shared.kernel.masking import masked_name

Rows = list[dict[str, Any]]


def book_rows(
    campaign: CampaignId, planned: Sequence[PlannedClass], printed: PrintedFile
) -> tuple[Rows, Rows]:
    """New rows of `sheets` and of `copies`, the latter without job and time."""
    by_unit = {one.snapshot.unit: one for one in planned}
    names = {one.student: one.values.get("name", "") for two in planned for one in two.pupils}
    new_sheets: Rows = []
    new_copies: Rows = []
    for sheet in printed.sheets:
        one = by_unit[sheet.unit]
        row = _sheet_copy(sheet, names[sheet.student])
        new_copies.append(_copy_row(one, one.copies[sheet.student], sheet.layout) | row)
        copy = one.copies[sheet.student]
        new_sheets += _sheet_row(campaign, SheetKind.SHEET, sheet.student, copy)
    for cover in printed.covers:
        one = by_unit[cover.unit]
        copy = one.copies[cover.unit]
        new_copies.append(_copy_row(one, copy, cover.layout) | _cover_copy(cover))
        new_sheets += _sheet_row(campaign, SheetKind.COVER, cover.unit, copy)
    return new_sheets, new_copies


def facts_of(
    campaign: CampaignId, planned: Sequence[PlannedClass], printed: PrintedFile
) -> Iterator[SheetIssued | CoverIssued]:
    """What the house is told: sheets class by class, then the covers."""
    for one in planned:
        unit = one.snapshot.unit
        issued = [_issued(sheet) for sheet in printed.sheets if sheet.unit == unit]
        for chunk in in_chunks(issued, MAX_ITEMS):
            yield SheetIssued(campaign, unit, chunk)
    for cover in printed.covers:
        yield CoverIssued(
            campaign, cover.unit, cover.cover, cover.serial, cover.layout, cover.expected
        )


def _issued(sheet: PrintedSheet) -> IssuedSheet:
    return IssuedSheet(
        sheet=sheet.sheet,
        student=sheet.student,
        serial=sheet.serial,
        layout=sheet.layout,
        numbers=sheet.numbers,
        record_version=sheet.record_version,
        number_in_class=sheet.number_in_class,
    )


def _sheet_copy(sheet: PrintedSheet, name: str) -> dict[str, Any]:
    return {
        "record_version": sheet.record_version,
        "number_in_class": sheet.number_in_class,
        "first_page": sheet.pages[0],
        "page_count": len(sheet.pages),
        "masked_name": masked_name(name),
    }


def _cover_copy(cover: PrintedCover) -> dict[str, Any]:
    return {
        "record_version": 0,
        "number_in_class": None,
        "first_page": cover.page,
        "page_count": len(cover.numbers),
        "masked_name": "",
    }


def _sheet_row(campaign: CampaignId, kind: SheetKind, holder: str, planned: PlannedCopy) -> Rows:
    if not planned.is_new_sheet:
        return []
    return [
        {
            "sheet": planned.copy.sheet,
            "kind": kind.value,
            "campaign": campaign,
            "holder": holder,
            "generation": planned.generation,
        }
    ]


def _copy_row(one: PlannedClass, planned: PlannedCopy, layout: int) -> dict[str, Any]:
    return {
        "sheet": planned.copy.sheet,
        "serial": planned.copy.serial,
        "number_base": planned.copy.number_base,
        "is_reprint": planned.copy.is_reprint,
        "unit": one.snapshot.unit,
        "layout": layout,
        "school_name": one.snapshot.school_name,
        "class_name": one.snapshot.class_name,
    }
