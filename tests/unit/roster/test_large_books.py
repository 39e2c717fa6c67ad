"""A workbook that is cut into pieces reads as it does whole."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from services.roster.reading import table
from services.roster.reading.book import Row, rows_of_sheet
from services.roster.reading.columns import ColumnMatcher
from services.roster.reading.cut import LargeBook
from services.roster.reading.jobs import Reading
from shared.contracts.fields import national
from shared.kernel.errors import UnreadableRosterError

SHEET = "学生信息"
ROWS = 3_000


def write_book(path: Path, *, shared_texts: bool) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": not shared_texts})
    book.add_worksheet("说明").write_string(0, 0, "填写说明")
    sheet = book.add_worksheet(SHEET)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number in range(ROWS):
        if number % 500 == 7:
            continue  # an empty row in between
        sheet.write_string(number, 1, f"学生{number} <&>")
        sheet.write_string(number, 2, f"{number:019d}")
        sheet.write_number(number, 3, number / 4)
        sheet.write_datetime(number, 4, date(2012, 5, 1 + number % 28), day)
    book.close()


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = "xl/worksheets/sheet2.xml"
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for one, body in parts.items():
            book.writestr(one, body)


def with_prefix(text: bytes) -> bytes:
    body = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", text)
    return body.replace(b' xmlns="', b' xmlns:x="', 1)


def without_numbers(text: bytes) -> bytes:
    return re.sub(rb' (?:r|spans)="[^"]*"', b"", text)


def in_pieces(path: Path) -> list[tuple[int, Row]]:
    book = LargeBook(path)
    found = []
    for body, before in book.pieces(SHEET):
        found += list(rows_of_sheet(body, SHEET, before=before))
    return found


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.roster.reading.cut.PIECE_BYTES", 20_000)
    monkeypatch.setattr("services.roster.reading.cut._CHUNK_BYTES", 7_000)


@pytest.mark.usefixtures("cuts")
@pytest.mark.parametrize("shared_texts", [False, True])
@pytest.mark.parametrize("change", [bytes, with_prefix, without_numbers])
def test_the_pieces_of_a_book_hold_what_the_book_holds(
    tmp_path: Path, change: Callable[[bytes], bytes], shared_texts: bool
) -> None:
    path = tmp_path / "large.xlsx"
    write_book(path, shared_texts=shared_texts)
    rewritten(path, change)
    whole = list(rows_of_sheet(path.read_bytes(), SHEET))

    pieces = list(LargeBook(path).pieces(SHEET))

    assert len(pieces) >= 2
    assert in_pieces(path) == whole
    assert len(whole) == ROWS - 6


@pytest.mark.usefixtures("cuts")
def test_the_beginning_of_a_book_has_every_sheet_and_few_rows(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    write_book(path, shared_texts=True)

    beginning = LargeBook(path).beginning()

    assert next(rows_of_sheet(beginning, "说明"))[1][0] == "填写说明"
    assert 0 < len(list(rows_of_sheet(beginning, SHEET))) <= 64


@pytest.mark.usefixtures("cuts")
def test_a_large_roster_is_read_in_order_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "PIECE_BYTES", 0)
    path = tmp_path / "large.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet(SHEET)
    for place, header in enumerate(("姓名", "学籍号", "班级")):
        sheet.write_string(0, place, header)
    for row in range(1, ROWS):
        for place, text in enumerate(("李雷", f"G44030620120506{row:04d}", "1班")):
            sheet.write_string(row, place, text)
    book.close()

    found = table.open_table(path, ColumnMatcher(national()))
    header = found.header
    reading = Reading(header.row, header.columns, national(), date(2026, 5, 1), wants_cells=False)
    rows = [row for piece in found.read(reading) for row in piece.rows]

    assert [row.row for row in rows] == list(range(2, ROWS + 1))
    assert rows[-1].values["student_number"] == f"G44030620120506{ROWS - 1:04d}"


def test_a_sheet_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "endless.xlsx"
    write_book(path, shared_texts=False)
    rewritten(path, lambda text: text.split(b"<sheetData>")[0])

    with pytest.raises(UnreadableRosterError, match="damaged_file"):
        list(LargeBook(path).pieces(SHEET))


def test_a_file_that_kills_its_reader_is_refused_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "DEADLINE_S", 0.0)
    path = tmp_path / "roster.xlsx"
    write_book(path, shared_texts=False)
    matcher = ColumnMatcher(national())

    with pytest.raises(UnreadableRosterError, match="damaged_file"):
        table.open_table(path, matcher)
    monkeypatch.setattr(table, "DEADLINE_S", 60.0)
    with pytest.raises(UnreadableRosterError, match="no_header"):
        table.open_table(path, matcher)


def test_bytes_that_are_no_workbook_are_refused() -> None:
    with pytest.raises(UnreadableRosterError, match="damaged_file"):
        list(rows_of_sheet(io.BytesIO(b"PK\x03\x04 nothing").getvalue(), SHEET))
