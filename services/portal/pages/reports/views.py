"""Reports up: freeze, sign and send the own one, take or send back those from below."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from services.portal.pages.downloads import XLSX, download
from services.portal.pages.mistakes import Form, Mistake, MistakenError
from services.portal.pages.moments import told
from services.portal.pages.places import names_of, own_part, trail_of
from services.portal.pages.reports import asking
from services.portal.pages.reports.ranking import add_ranking
from services.portal.pages.reports.urging import add_urging
from services.portal.pages.reports.words import figures, standing_told, state_told
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.progress_commands import Counts
from shared.contracts.report_commands import (
    Judgement,
    JudgeReport,
    PrepareReport,
    Report,
    ReportState,
    ShowReport,
    UnitReport,
)
from shared.contracts.roster_commands import UnitEntry
from shared.kernel.authority import TABLE, Act
from shared.kernel.errors import DomainError, UnknownUnitError
from shared.kernel.ids import ReportId, UnitCode
from shared.kernel.units import Level, codes_up
from shared.plumbing.offload import thread
from shared.plumbing.web.app import WebApp
from shared.workbooks.counts import report_workbook

REPORTS = (Act.PREPARE_REPORT, Act.REPORT_UP)
_ACTS = {"sign", "accept", "return", "file"}


@dataclass(frozen=True, slots=True)
class Below:
    """How a unit directly below stands with its report."""

    unit: UnitCode
    name: str
    state: str
    words: str
    report: ReportId | None
    reported: Counts | None
    live: Counts


def add_reports(app: WebApp, staff: Staff) -> None:
    """The pages of reports up, and the ranked tables beside the board."""
    add_ranking(app, staff)
    add_urging(app, staff)
    _add_lists(app, staff)
    _add_acts(app, staff)


def _add_lists(app: WebApp, staff: Staff) -> None:
    @app.get("/reports")
    def reports() -> str:
        who = entitled(staff, *REPORTS)
        return _list(staff, who, who.actor.unit, None)

    @app.get("/reports/<unit>")
    def reports_of(unit: str) -> str:
        return _list(staff, entitled(staff, *REPORTS), UnitCode(unit), None)

    @app.post("/reports/<unit>/freeze")
    def freeze(unit: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.PREPARE_REPORT)
        is_early = bool(request.form.get("early"))
        try:
            order = PrepareReport(who.token, staff.campaign, UnitCode(unit), is_early)
            made = asking.prepare(staff.house, order)
        except DomainError as refused:
            if refused.code != "report_not_ready":
                raise
            return _list(staff, who, UnitCode(unit), refusal(refused)), 422
        return _to(made.report, "frozen")


def _add_acts(app: WebApp, staff: Staff) -> None:
    @app.get("/reports/one/<report>")
    def report(report: str) -> str:
        return _page(staff, entitled(staff, *REPORTS), ReportId(report), _done())

    @app.post("/reports/one/<report>/<act>")
    def report_act(report: str, act: str) -> Any:
        check_meant(staff)
        who, of = entitled(staff, *REPORTS), ReportId(report)
        if act not in _ACTS:
            raise NotFound
        if act == "file":
            return _file(staff, who, of)
        try:
            done = _act(staff, entitled(staff, Act.REPORT_UP), of, act)
        except MistakenError as wrong:
            said = Said(_("请更正下面的内容"), _("汇总没有改动。"))
            return _page(staff, who, of, said, tuple(wrong.mistakes)), 422
        except DomainError as refused:
            if refused.code != "report_state":
                raise
            return _page(staff, who, of, refusal(refused)), 422
        return _to(of, done)


def _act(staff: Staff, who: Visitor, of: ReportId, act: str) -> str:
    form = Form()
    if act == "sign":
        if not form.text("checked"):
            form.wrong("checked", _("请先核对数据，再勾选确认。"))
        form.check()
        asking.sign(staff.house, who.token, of)
        return "signed"
    judgement = Judgement.ACCEPT if act == "accept" else Judgement.RETURN
    reason = form.reason() if judgement is Judgement.RETURN else ""
    form.check()
    asking.judge(staff.house, JudgeReport(who.token, of, judgement, reason))
    return "accepted" if judgement is Judgement.ACCEPT else "returned"


def _list(staff: Staff, who: Visitor, unit: UnitCode, said: Said | None) -> str:
    here = own_part(staff, who, unit, Act.PREPARE_REPORT)
    found = asking.reports_of(staff.house, who.token, staff.campaign, unit)
    names = names_of(staff, (one.unit for one in found.children))
    below = found.children if here.level is not Level.SCHOOL else ()  # classes do not report
    is_own = unit == who.actor.unit
    return render_template(
        "reports/reports.html",
        here=here,
        trail=trail_of(staff, who, here),
        standing=standing_told(found.standing),
        own=[(one, state_told(one.state), told(one.figures.frozen_at)) for one in found.own],
        rows=[_below(one, names) for one in below],
        may_freeze=is_own and who.actor.role in TABLE[Act.PREPARE_REPORT],
        has_missing=any(one.report is None for one in below),
        said=said,
    )


def _below(one: UnitReport, names: dict[UnitCode, str]) -> Below:
    state, words = standing_told(one.standing)
    return Below(one.unit, names[one.unit], state, words, one.report, one.counts, one.live)


def _page(
    staff: Staff, who: Visitor, of: ReportId, said: Said | None, mistakes: tuple[Mistake, ...] = ()
) -> str:
    found = asking.report(staff.house, ShowReport(who.token, of))
    here = _unit(staff, found.figures.unit)
    codes = (*(one.unit for one in found.figures.children), *found.figures.missing)
    names = names_of(staff, codes)
    signed = found.statement
    signs = who.actor.role in TABLE[Act.REPORT_UP]
    return render_template(
        "reports/report.html",
        here=here,
        trail=[*trail_of(staff, who, here), here],
        found=found,
        state=state_told(found.state),
        frozen_at=told(found.figures.frozen_at),
        figures=figures(found.figures.counts, found.live),
        columns=[label for label, _count, _live in figures(Counts())],
        reports_below=here.level is not Level.SCHOOL,  # classes do not report
        children=[
            (
                names[one.unit],
                standing_told(one.standing),
                [n for _l, n, _now in figures(one.counts)],
            )
            for one in found.figures.children
        ],
        missing=[names[code] for code in found.figures.missing],
        signed_at=told(signed.signed_at) if signed else "",
        judged_at=told(found.judged_at),
        may_sign=signs and found.state is ReportState.PREPARED and here.unit == who.actor.unit,
        may_judge=signs and found.state is ReportState.REPORTED and _is_above(who, here),
        mistakes=mistakes,
        said=said,
    )


def _file(staff: Staff, who: Visitor, of: ReportId) -> Response:
    found: Report = asking.report(staff.house, ShowReport(who.token, of, is_export=True))
    unit = found.figures.unit
    names = names_of(staff, (unit, *(one.unit for one in found.figures.children)))
    book = thread(report_workbook, found, names[unit], names)
    return download(book, f"report-{unit}-{found.figures.number}.xlsx", XLSX)


def _unit(staff: Staff, unit: UnitCode) -> UnitEntry:
    """The unit of a report that progress has shown: it has decided who may see it."""
    found = staff.house.units([unit]).get(unit)
    if found is None:
        raise UnknownUnitError(unit)
    return found


def _is_above(who: Visitor, here: UnitEntry) -> bool:
    """Whether the visitor stands directly above a unit."""
    return codes_up(here.path)[1:2] == (who.actor.unit,)


def _done() -> Said | None:
    words = {
        "frozen": (_("数据已冻结"), _("请核对；签发之前还没有上报。")),
        "signed": (_("已签发并上报"), _("上级处理后，这里会显示结果。")),
        "accepted": (_("已接收这份汇总"), _("该单位会看到结果；数据更正须重新汇总上报。")),
        "returned": (_("已退回这份汇总"), _("该单位会看到理由，更正后重新汇总上报。")),
    }
    done = request.args.get("done", "")
    return Said(*words[done], "good") if done in words else None


def _to(report: ReportId, done: str) -> Response:
    return make_response(redirect(url_for("report", report=report, done=done), 303))
