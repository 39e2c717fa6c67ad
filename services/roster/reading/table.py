"""A roster file as rows of raw cells, whatever program wrote it.

The kind is found by content, never by the name's ending: exports called .xls are often
web pages, and some are workbooks of the newer kind.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from services.roster.reading.archive import check_archive
from services.roster.reading.encoding import encoding_of
from shared.kernel.errors import UnreadableRosterError

MAX_ROWS = 200_000
MAX_COLUMNS = 300
MAX_FILE_BYTES = 100 * 2**20
_SAMPLE_CHARACTERS = 8192

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = (b"<html", b"<table", b"<!doctype", b"<meta", b"<head", b"<?xml", b"<div")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet of a file; rows are numbered from 1 as spreadsheets do, empty ones left out."""

    name: str
    rows: Iterator[tuple[int, Row]]


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sheets_of(path: Path) -> Iterator[RawSheet]:
    """The visible sheets of a roster file, one after the other.

    Raises:
        UnreadableRosterError: with the reason: empty_file, too_big, damaged_file, encrypted,
            macros, zip_bomb, web_page, bad_encoding.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnreadableRosterError("empty_file")
    if size > MAX_FILE_BYTES:
        raise UnreadableRosterError("too_big")
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(_ZIP):
        check_archive(path)
        return _workbook_sheets(path)
    if head.startswith(_OLE):
        return _workbook_sheets(path)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_WEB_PAGE):
        raise UnreadableRosterError("web_page")
    return iter((RawSheet("", _text_rows(path)),))


def _workbook_sheets(path: Path) -> Iterator[RawSheet]:
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError:
        raise UnreadableRosterError("encrypted") from None
    except calamine.CalamineError:
        raise UnreadableRosterError("damaged_file") from None
    for about in book.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet and (
            about.visible == calamine.SheetVisibleEnum.Visible
        ):
            try:
                sheet = book.get_sheet_by_name(about.name)
            except calamine.CalamineError:
                raise UnreadableRosterError("damaged_file") from None
            yield RawSheet(about.name, _sheet_rows(sheet))


def _sheet_rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, Row]]:
    # `iter_rows` begins at the sheet's first row even when that one is empty.
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in row):
            yield number, row


def _text_rows(path: Path) -> Iterator[tuple[int, Row]]:
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as text:
        delimiter = _delimiter(text.read(_SAMPLE_CHARACTERS))
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter)
        try:
            for row in reader:
                if any(row):
                    yield reader.line_num, list(row)
        except csv.Error:
            raise UnreadableRosterError("damaged_file") from None


def _delimiter(sample: str) -> str:
    counts = {mark: sample.count(mark) for mark in ",\t;，"}
    return max(counts, key=lambda mark: counts[mark])
