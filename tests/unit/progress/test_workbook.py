"""Tables and reports as workbooks, read back as a headmaster's spreadsheet reads them."""

from datetime import UTC, datetime
from io import BytesIO

from openpyxl import load_workbook

from services.progress import overview, reports
from shared.contracts.progress_commands import RankedTable, TableRequest
from shared.contracts.report_commands import PrepareReport, SignReport
from shared.kernel.authority import Role
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from shared.workbooks.counts import report_workbook, table_workbook
from tests.unit.progress.house import CAMPAIGN, a_confirmation, a_return, a_scope, an_issue
from tests.unit.progress.office import Office

AT = datetime(2026, 11, 2, 4, tzinfo=UTC)


def cells(book: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(book)).active
    assert sheet is not None
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def a_table(office: Office) -> RankedTable:
    office.house.hear(a_scope("c11", 2), an_issue("c11", 1, 2), a_return(1), a_confirmation(1))
    token = office.token(Role.UNIT_ADMINISTRATOR, "44")
    asked = TableRequest(token, CAMPAIGN, UnitCode("44"), Level.CLASS)
    return overview.table(office.database, office.actors, asked)


def test_a_table_has_its_heading_and_numbers_as_numbers(office: Office) -> None:
    book = table_workbook(a_table(office), CAMPAIGN, "示范区", {UnitCode("c11"): "一班"}, AT)

    rows = cells(book)
    assert rows[0][0] == "示范区学籍核查工作进度表"
    assert "2026年11月02日 12:00" in str(rows[1][0])
    assert rows[2][:6] == ("名次", "单位代码", "单位名称", "录入率", "应核查学生数", "下发")
    assert rows[3][:6] == (1, "c11", "一班", "50.0%", 2, 2)


def test_a_name_that_looks_like_a_formula_is_only_a_text(office: Office) -> None:
    evil = "=HYPERLINK(1)"
    book = table_workbook(a_table(office), CAMPAIGN, "示范区", {UnitCode("c11"): evil}, AT)

    assert cells(book)[3][2] == f"'{evil}"


def test_a_signed_report_shows_figures_total_missing_and_signature(office: Office) -> None:
    office.house.hear(a_scope("c11", 2), an_issue("c11", 1, 2), a_return(1))
    token = office.token(Role.UNIT_ADMINISTRATOR, "4403")
    made = reports.prepare(office.desk, PrepareReport(token, CAMPAIGN, UnitCode("4403"), True))
    signed = reports.sign(office.desk, SignReport(token, made.report))

    rows = cells(report_workbook(signed, "示范市", {UnitCode("440305"): "示范区"}))
    firsts = [str(row[0]) for row in rows]
    assert firsts[0] == "示范市学籍核查工作汇总表"
    assert rows[4][:6] == ("440305", "示范区", "未上报", 2, 2, 1)
    assert rows[6][:2] == ("4403", "合计")
    assert any(one.startswith("尚未上报的下级单位：2 个") for one in firsts)
    assert any(signed.signature in one for one in firsts)


def test_an_unsigned_report_leaves_room_for_a_hand_and_a_stamp(office: Office) -> None:
    token = office.token(Role.REGISTRAR, "s1")
    made = reports.prepare(office.desk, PrepareReport(token, CAMPAIGN, UnitCode("s1")))

    rows = cells(report_workbook(made, "示范学校", {}))
    assert "签字" in str(rows[-1][0])
    assert "盖章" in str(rows[-1][0])
