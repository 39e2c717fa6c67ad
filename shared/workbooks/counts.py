"""Tables and reports as workbooks: headings a headmaster would sign, numbers as numbers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.contracts.progress_commands import Counts, RankedBy, RankedTable
from shared.contracts.report_commands import Report, ReportStanding, ReportState
from shared.kernel.clock import BEIJING
from shared.kernel.ids import CampaignId, UnitCode
from shared.workbooks.cells import book_of, harmless

Names = Mapping[UnitCode, str]
_FIGURES: tuple[tuple[str, str], ...] = (
    ("应核查学生数", "in_scope"),
    ("下发", "issued"),
    ("回收", "returned"),
    ("其中拒签", "declined"),
    ("拍照上传", "photographed"),
    ("录入", "entered"),
    ("其中无变更", "no_change"),
    ("审核中（项）", "in_decision"),
    ("已审核", "decided"),
    ("已更新学籍", "applied"),
    ("退回学校（项）", "sent_back"),
    ("待家长答复（项）", "queries"),
    ("数据冲突（项）", "conflicts"),
)
RANKED_BY = {
    RankedBy.RETURNED: "回收率",
    RankedBy.ENTERED: "录入率",
    RankedBy.DECIDED: "审核率",
    RankedBy.APPLIED: "更新率",
}
STATES = {
    ReportState.PREPARED: "已汇总，待签发",
    ReportState.REPORTED: "已上报，待上级确认",
    ReportState.ACCEPTED: "上级已接收",
    ReportState.RETURNED: "上级已退回",
}
STANDINGS = {
    ReportStanding.WAITING: "未上报",
    ReportStanding.READY: "可以上报",
    ReportStanding.REPORTED: "已上报",
    ReportStanding.ACCEPTED: "已接收",
    ReportStanding.RETURNED: "已退回",
}


def table_workbook(
    table: RankedTable, campaign: CampaignId, title: str, names: Names, at: datetime
) -> bytes:
    """A ranked table as an xlsx file."""
    return book_of(lambda book: _write_table(book, table, campaign, title, names, at))


def report_workbook(report: Report, title: str, names: Names) -> bytes:
    """A report up as an xlsx file: the figures as they were frozen, and who signed them."""
    return book_of(lambda book: _write_report(book, report, title, names))


def _write_table(  # what one page shows
    book: Any, table: RankedTable, campaign: CampaignId, title: str, names: Names, at: datetime
) -> None:
    page = _Page(book, "进度排名", f"{title}学籍核查工作进度表")
    page.line(f"核查工作：{campaign}    统计时间：{_moment(at)}")
    share = RANKED_BY[table.by]
    page.header(("名次", "单位代码", "单位名称", share, *(name for name, _ in _FIGURES)))
    for row in table.units:
        rank = "" if row.rank is None else row.rank
        percent = "" if row.share is None else f"{row.share:.1%}"
        unit = row.unit.unit
        page.row((rank, unit, names.get(unit, ""), percent, *_numbers(row.unit.counts)))


def _write_report(book: Any, report: Report, title: str, names: Names) -> None:
    figures = report.figures
    page = _Page(book, "汇总上报", f"{title}学籍核查工作汇总表")
    page.line(f"核查工作：{figures.campaign}    第 {figures.number} 次汇总")
    page.line(f"统计时间：{_moment(figures.frozen_at)}    状态：{STATES[report.state]}")
    page.header(("单位代码", "单位名称", "上报情况", *(name for name, _ in _FIGURES)))
    for one in figures.children:
        said = STANDINGS[one.standing]
        page.row((one.unit, names.get(one.unit, ""), said, *_numbers(one.counts)))
    page.row((figures.unit, "合计", "", *_numbers(figures.counts)))
    if figures.missing:
        page.line(f"尚未上报的下级单位：{len(figures.missing)} 个（{'、'.join(figures.missing)}）")
    for text in _signed(report):
        page.line(text)


def _signed(report: Report) -> Iterable[str]:
    if report.statement is None:
        yield "签发人（签字）：                    单位（盖章）：                    日期："
        return
    signed = report.statement
    yield f"签发：账号 {signed.account}（人员 {signed.person}），{_moment(signed.signed_at)}"
    yield f"数据摘要（SHA-256）：{report.sha256}"
    yield f"电子签名（Ed25519）：{report.signature}"
    if report.reason:
        yield f"上级意见：{report.reason}"


class _Page:
    """One worksheet, written from the top."""

    def __init__(self, book: Any, name: str, title: str) -> None:
        self._sheet = book.add_worksheet(name)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_column(0, 2, 14)
        self._sheet.set_column(3, 3 + len(_FIGURES), 11)
        self._head = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        self._cell = book.add_format({"border": 1})
        self._at = 0
        self.line(title, book.add_format({"bold": True, "font_size": 16}))

    def line(self, text: str, form: Any = None) -> None:
        """One text over the width of the page."""
        self._sheet.write_string(self._at, 0, harmless(text), form)
        self._at += 1

    def header(self, names: Sequence[str]) -> None:
        """The headings; they stay in sight and on every printed page."""
        for place, name in enumerate(names):
            self._sheet.write_string(self._at, place, name, self._head)
        self._sheet.repeat_rows(self._at)
        self._at += 1
        self._sheet.freeze_panes(self._at, 0)

    def row(self, cells: Sequence[str | int]) -> None:
        """One row: codes as text, counts as numbers."""
        for place, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(self._at, place, cell, self._cell)
            else:
                self._sheet.write_string(self._at, place, harmless(cell), self._cell)
        self._at += 1


def _numbers(counts: Counts) -> tuple[int, ...]:
    return tuple(int(getattr(counts, name)) for _, name in _FIGURES)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y年%m月%d日 %H:%M}"
