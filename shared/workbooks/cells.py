"""What every workbook of the house begins with."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import xlsxwriter

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def book_of(write: Callable[[Any], None]) -> bytes:
    """An xlsx file that `write` fills; nothing of it touches the disk on the way."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        write(book)
    return file.getvalue()


def harmless(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
