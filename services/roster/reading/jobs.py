"""What a child process does with a roster file: everything that touches what people typed.

The parent only cuts files into pieces; reading a workbook and every cell in it happens here,
where a file that kills or holds its reader takes nothing else along. Keys never come here.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import islice

import msgspec

from services.roster.reading.book import Row, rows_of_sheet, visible_sheets
from services.roster.reading.cells import text_of
from services.roster.reading.columns import Column
from services.roster.reading.rows import ParsedRow, RowReader
from shared.contracts.fields import Catalogue

# Titles and notes stand above the header row of most templates.
FIRST_ROWS = 20


class SheetTop(msgspec.Struct, frozen=True):
    """The first rows of a sheet as text, with their numbers."""

    name: str
    rows: list[tuple[int, list[str]]]


class Reading(msgspec.Struct, frozen=True):
    """How the rows of one file are to be read."""

    header_row: int
    columns: tuple[Column, ...]
    catalogue: Catalogue
    today: date
    wants_cells: bool  # every row with its cells, for the workbook that goes back


class BookPiece(msgspec.Struct, frozen=True, tag="book"):
    """Some rows as a workbook of their own."""

    body: bytes
    sheet: str
    before: int  # rows cut off before these


class TextPiece(msgspec.Struct, frozen=True, tag="text"):
    """Some rows of a text file."""

    rows: list[tuple[int, list[str]]]


Piece = BookPiece | TextPiece


class ReadRows(msgspec.Struct, frozen=True):
    """The rows of one piece, and how many doubtful cells it had by code."""

    rows: list[ParsedRow]
    warnings: dict[str, int]


def tops_of_book(body: bytes) -> list[SheetTop]:
    """The first rows of every visible sheet.

    Raises:
        UnreadableRosterError: damaged_file, encrypted.
    """
    return [SheetTop(name, top_of(rows_of_sheet(body, name))) for name in visible_sheets(body)]


def top_of(rows: Iterable[tuple[int, Row]]) -> list[tuple[int, list[str]]]:
    """The first rows as text."""
    return [(number, [text_of(cell) for cell in row]) for number, row in islice(rows, FIRST_ROWS)]


def read_piece(reading: Reading, piece: Piece) -> ReadRows:
    """Every row below the header.

    Raises:
        UnreadableRosterError: damaged_file.
    """
    warnings: Counter[str] = Counter()
    reader = RowReader(reading.columns, reading.catalogue, warnings, today=reading.today)
    rows: Iterable[tuple[int, Row]]
    if isinstance(piece, BookPiece):
        rows = rows_of_sheet(piece.body, piece.sheet, before=piece.before)
    else:
        rows = ((number, list(row)) for number, row in piece.rows)
    return ReadRows(
        [
            reader.read(number, row, with_cells=reading.wants_cells)
            for number, row in rows
            if number > reading.header_row
        ],
        dict(warnings),
    )
