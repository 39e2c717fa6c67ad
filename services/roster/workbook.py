"""The annotated error workbook: every wrong row as it came, and what to do about it.

Corrected and uploaded again it is an ordinary roster: its extra columns name the original
row and are otherwise ignored, and nobody vanishes because the good rows are not in it.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from services.roster.reading.columns import ERROR_TEXT, EXTRA_COLUMNS, ORIGINAL_ROW
from shared.contracts.roster_commands import RowError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTH = 14


class ErrorWorkbook:
    """Takes the wrong rows of an import; the file is there after `close` if there was any."""

    def __init__(self, path: Path | io.BytesIO, *, most: int | None = None) -> None:
        """Nothing is written before the first wrong row.

        Args:
            path: where it goes; in memory nothing of it ever touches a disk.
            most: how many rows it takes, the first ones; None is every row.
        """
        self.path = path
        self.rows = 0
        self._most = most
        self._headers: tuple[str, ...] = ()
        self._keys: tuple[str | None, ...] = ()
        self._book: xlsxwriter.Workbook | None = None
        self._sheet: Any = None

    def begin(self, headers: Sequence[str], keys: Sequence[str | None]) -> None:
        """The header of the file, and what each column was taken for."""
        self._headers, self._keys = tuple(headers), tuple(keys)

    def add(self, row: int, cells: Sequence[str], errors: Sequence[RowError]) -> None:
        """One wrong row: the cells at fault are marked.

        Raises:
            OSError: the workbook cannot be written where it should be.
        """
        if self._most is not None and self.rows >= self._most:
            return
        sheet = self._opened()
        self.rows += 1
        at_fault = {error.field for error in errors}
        sheet.write_string(self.rows, 0, str(row), self._plain)
        sheet.write_string(self.rows, 1, "\n".join(one.sentence for one in errors), self._wrapped)
        for place, text in enumerate(cells):
            key = self._keys[place] if place < len(self._keys) else None
            form = self._marked if key in at_fault and key is not None else self._plain
            sheet.write_string(self.rows, place + 2, _harmless(text), form)

    def close(self) -> Path | None:
        """Write the file and say where; None in memory, or when no row was wrong."""
        if self._book is None:
            return None
        self._book.close()
        return self.path if isinstance(self.path, Path) else None

    def _opened(self) -> Any:
        if self._book is None:
            self._book = self._begun()
            self._plain = self._book.add_format({"num_format": "@"})
            self._wrapped = self._book.add_format({"text_wrap": True, "font_color": "#9C0006"})
            self._marked = self._book.add_format({"num_format": "@", "bg_color": "#FFC7CE"})
            bold = self._book.add_format({"bold": True})
            self._sheet = self._book.add_worksheet("待更正")
            self._sheet.freeze_panes(1, 2)
            self._sheet.set_column(0, 0, 8)
            self._sheet.set_column(1, 1, 60)
            self._sheet.set_column(2, len(self._headers) + 1, _WIDTH)
            named = (EXTRA_COLUMNS[ORIGINAL_ROW][0], EXTRA_COLUMNS[ERROR_TEXT][0])
            for place, header in enumerate((*named, *self._headers)):
                self._sheet.write_string(0, place, header, bold)
        return self._sheet

    def _begun(self) -> xlsxwriter.Workbook:
        if isinstance(self.path, io.BytesIO):
            return xlsxwriter.Workbook(self.path, {"in_memory": True})
        self.path.touch()  # or OSError with the path in it, before any work is done
        return xlsxwriter.Workbook(str(self.path), {"constant_memory": True})


def _harmless(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
