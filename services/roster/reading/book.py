"""The sheets of a workbook in memory, whatever program wrote it. Runs in a child process."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from shared.kernel.errors import UnreadableRosterError

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]


def visible_sheets(body: bytes) -> list[str]:
    """The names of the sheets a person sees when the file is opened.

    Raises:
        UnreadableRosterError: damaged_file, encrypted.
    """
    with _refusing():
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    return [
        about.name
        for about in book.sheets_metadata
        if about.typ == calamine.SheetTypeEnum.WorkSheet
        and about.visible == calamine.SheetVisibleEnum.Visible
    ]


def rows_of_sheet(body: bytes, name: str, *, before: int = 0) -> Iterator[tuple[int, Row]]:
    """The rows of one sheet, numbered from 1 as spreadsheets do, empty ones left out.

    Args:
        body: the workbook.
        name: of the sheet.
        before: how many rows of the sheet were cut off before these.

    Raises:
        UnreadableRosterError: damaged_file, encrypted.
    """
    with _refusing():
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheet = book.get_sheet_by_name(name)
    if sheet.start is None:
        return
    first, left = sheet.start
    # Some programs write no row numbers; then the first row of a later piece seems to be 1.
    first = first if first >= before else before + first
    margin: Row = [""] * left
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), start=first + 1):
        if any(cell != "" for cell in row):
            yield number, margin + row if left else row


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except calamine.PasswordError:
        raise UnreadableRosterError("encrypted") from None
    except (calamine.CalamineError, OSError):
        raise UnreadableRosterError("damaged_file") from None
