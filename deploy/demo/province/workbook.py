"""Rosters as a registrar exports them: starred and numbered headers, numbers as text."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from deploy.demo.province.pupils import Province, Pupil
from shared.contracts.fields import Catalogue, FieldType, Required, national
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level

# Kept by the register, but no field of the sheet.
_EXTRA_COLUMNS = (("registered_on", "学籍注册日期"), ("school_internal_code", "校内代码"))
_DATES = {FieldType.DATE, FieldType.MONTH}
_TITLE = "学生学籍基础信息（演示数据，人物均为虚构）"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """One school's roster on disk."""

    school: UnitCode
    path: Path
    pupils: int


def write_rosters(province: Province, folder: Path) -> tuple[RosterFile, ...]:
    """Write one .xlsx per school: every other one with codes instead of labels."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = [unit for unit in province.tree.units if unit.level is Level.SCHOOL]
    by_school: dict[str, list[Pupil]] = {}
    for pupil in province.pupils:
        by_school.setdefault(pupil.school, []).append(pupil)
    files = []
    for number, school in enumerate(schools):
        pupils = by_school[school.code]
        path = folder / f"{school.code}-{school.name}.xlsx"
        write_roster(path, (pupil.values for pupil in pupils), as_codes=number % 2 == 1)
        files.append(RosterFile(school.code, path, len(pupils)))
    return tuple(files)


def write_units(province: Province, path: Path) -> None:
    """Write the units file that `hecha roster units` reads."""
    rows = [
        {
            "code": unit.code,
            "level": unit.level,
            "name": unit.name,
            "parent": unit.parent,
            "managed_by": unit.managed_by,
        }
        for unit in province.tree.units
    ]
    path.write_text(json.dumps({"units": rows}, ensure_ascii=False, indent=1), encoding="utf-8")


def write_truth(province: Province, path: Path) -> None:
    """Write who is in scope, and why the others are not."""
    rows = [
        {
            "school": pupil.school,
            "class": pupil.class_name,
            "student_number": pupil.student_number,
            "reason_out": pupil.reason_out,
        }
        for pupil in province.pupils
    ]
    path.write_text(json.dumps({"pupils": rows}, ensure_ascii=False, indent=1), encoding="utf-8")


def write_roster(
    path: Path,
    pupils: Iterable[Mapping[str, str]],
    *,
    as_codes: bool = False,
    title: bool = True,
    only: Collection[str] = (),
) -> None:
    """Write one roster; with `only`, of these columns."""
    catalogue = national()
    columns = [one for one in roster_columns(catalogue) if not only or one[0] in only]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("学生信息")
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "text_wrap": True})
        first = 1 if title else 0
        if title:
            sheet.write_string(0, 0, _TITLE, bold)
        for place, (_, header) in enumerate(columns):
            sheet.set_column(place, place, 14, text)
            sheet.write_string(first, place, header, bold)
        for row, values in enumerate(pupils, start=first + 1):
            _write_row(sheet, row, _written(catalogue, columns, values, as_codes), text)


def roster_columns(catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Key and header of each column, as the register's template has them."""
    columns = [
        (field.key, f"{'★' if field.required is Required.REQUIRED else ''}{number}、{field.label}")
        for number, field in enumerate(
            (field for field in catalogue.fields if field.type is not FieldType.IMAGE), start=1
        )
    ]
    return (*columns, *_EXTRA_COLUMNS)


def _written(
    catalogue: Catalogue,
    columns: Sequence[tuple[str, str]],
    values: Mapping[str, str],
    as_codes: bool,
) -> list[str]:
    types = {field.key: field for field in catalogue.fields}
    written = []
    for key, _ in columns:
        value = values.get(key, "")
        field = types.get(key)
        codes = catalogue.codes_of(field) if field else None
        if codes is not None and not as_codes:
            value = codes.label_of(value) or value
        elif field is None or field.type in _DATES:
            value = value.replace("-", "")
        written.append(value)
    return written


def _write_row(sheet: Any, row: int, cells: Sequence[str], text: Any) -> None:
    for place, cell in enumerate(cells):
        if cell:
            sheet.write_string(row, place, cell, text)
