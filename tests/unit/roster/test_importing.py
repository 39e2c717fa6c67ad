import csv
from pathlib import Path

import openpyxl
import pytest
import xlwt

from deploy.demo.province.faults import write_faulty_roster
from services.roster.importing import ImportOptions, commit_roster
from services.roster.reading.columns import EXTRA_COLUMNS, ORIGINAL_ROW
from services.roster.workbook import ErrorWorkbook
from shared.kernel.errors import LargeChangeError, RosterNotCheckedError, UnreadableRosterError
from tests.unit.roster.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def cells(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).active
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_a_roster_is_written_once_however_often_it_comes(house: House) -> None:
    path = house.write(house.rows())
    first = house.take(path)
    versions = house.versions()

    again = house.take(path)

    assert (first.good, first.wrong) == (first.rows, 0)
    assert (again.good, again.changed, again.unchanged) == (0, 0, first.rows)
    assert house.versions() == versions


def test_the_order_of_rows_does_not_matter(house: House) -> None:
    house.take(house.write(house.rows()))
    versions = house.versions()

    report = house.take(house.write(house.rows()[::-1], "turned.xlsx"))

    assert report.unchanged == report.rows
    assert house.versions() == versions


def test_a_changed_value_makes_one_new_version(house: House) -> None:
    rows = house.rows()
    house.take(house.write(rows))
    rows[3]["phone"] = "13800001111"

    report = house.take(house.write(rows, "changed.xlsx"))

    assert (report.changed, report.unchanged) == (1, report.rows - 1)
    assert sorted(house.versions()) == [1] * (report.rows - 1) + [2]


def test_the_dry_run_writes_nothing(house: House) -> None:
    report = house.check(house.write(house.rows()))

    assert report.rows > 0
    assert not report.committed
    assert house.versions() == []


def test_what_is_written_is_what_was_checked(house: House) -> None:
    path = house.write(house.rows())
    seen = house.check(path)
    house.write(house.rows()[1:])

    with pytest.raises(RosterNotCheckedError):
        commit_roster(
            house.database, house.vault, path, ImportOptions("test"), checked=seen.file_hash
        )


def test_a_class_that_shrinks_by_more_than_a_fifth_has_to_be_confirmed(house: House) -> None:
    house.take(house.write(house.rows()))
    path = house.write(house.rows()[: len(house.rows()) // 2], "half.xlsx")
    seen = house.check(path)

    assert seen.large_changes
    with pytest.raises(LargeChangeError):
        commit_roster(
            house.database, house.vault, path, ImportOptions("test"), checked=seen.file_hash
        )


def test_every_fault_comes_back_with_its_row_and_what_to_do(tmp_path: Path) -> None:
    house = House(tmp_path, 150)
    faults = write_faulty_roster(house.province, house.schools[0], tmp_path / "faulty.xlsx")
    book = ErrorWorkbook(tmp_path / "wrong.xlsx")

    report = house.check(tmp_path / "faulty.xlsx", book)

    found = {(error.row, error.code) for error in report.errors}
    assert {(fault.row, fault.code) for fault in faults} <= found
    assert report.wrong == len({row for row, _ in found})
    assert all(error.sentence.endswith("。") for error in report.errors)
    assert book.close() == tmp_path / "wrong.xlsx"


def test_the_error_workbook_corrected_is_a_roster_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    rows = house.rows()
    good_name = rows[2]["name"]
    rows[2]["name"] = ""
    book = ErrorWorkbook(tmp_path / "wrong.xlsx")
    path = house.write(rows)
    house.check(path, book)
    house.take(path)
    wrong = book.close()

    lines = cells(wrong)
    assert lines[0][0] == EXTRA_COLUMNS[ORIGINAL_ROW][0]
    assert "姓名" in lines[1][1]
    workbook = openpyxl.load_workbook(wrong)
    header = lines[0]
    workbook.active.cell(
        2, next(i for i, h in enumerate(header, 1) if "姓名" in h)
    ).value = good_name
    workbook.save(wrong)
    report = house.take(wrong)

    assert (report.rows, report.good, report.wrong, report.vanished) == (1, 1, 0, 0)
    assert len(house.versions()) == len(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(
    house: House, encoding: str
) -> None:
    lines = cells(house.write(house.rows()))[1:]
    path = house.folder / "roster.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)

    report = house.take(path)

    assert (report.wrong, report.good) == (0, len(house.rows()))


def test_an_old_xls_is_read_as_well(house: House) -> None:
    lines = cells(house.write(house.rows()))
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("学生信息")
    for row, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write(row, place, cell)
    workbook.save(str(house.folder / "roster.xls"))

    report = house.take(house.folder / "roster.xls")

    assert (report.wrong, report.good) == (0, len(house.rows()))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.xlsx", b"", "empty_file"),
        ("cut.xlsx", b"PK\x03\x04" + bytes(50), "damaged_file"),
        ("page.xls", b"<html><table></table>", "web_page"),
        ("other.csv", "颜色,大小\n红,大\n".encode(), "no_header"),
    ],
)
def test_a_file_that_is_no_roster_says_why(
    house: House, name: str, content: bytes, reason: str
) -> None:
    path = house.folder / name
    path.write_bytes(content)

    with pytest.raises(UnreadableRosterError) as refused:
        house.check(path)
    assert refused.value.reason == reason
