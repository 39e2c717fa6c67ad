"""Entering changes: the work of the school, one sheet after the other, row by row."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.entry import asking, words
from services.portal.pages.entry.lanes import add_lanes
from services.portal.pages.entry.sheet import Turn, sheet_page
from services.portal.pages.entry.steps import STEPS, Step
from services.portal.pages.people import colleagues
from services.portal.pages.proving import take_large_form
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.desk_commands import Chore, OpenSheet, ShowWork, Work, WorkSheet
from shared.contracts.lane_commands import ConfirmSheet, FinishSheet
from shared.contracts.review_commands import SeenEntry, SubmitChanges
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError, UnknownSheetError
from shared.kernel.ids import EntryId, SheetId
from shared.plumbing.web.app import WebApp

# What opens by itself after a sheet: the lane is confirmed by class, and who is asked answers.
_IN_TURN = (Chore.SENT_BACK, Chore.TO_ENTER, Chore.TO_SETTLE, Chore.BY_HAND)
_MOST_LISTED = 50
_MOST_IN_TURN = 200


def add_entry(app: WebApp, staff: Staff) -> None:
    """The pages of clerks and registrars."""
    _add_work(app, staff)
    _add_sheet(app, staff)
    _add_whole(app, staff)
    add_lanes(app, staff)


def _add_work(app: WebApp, staff: Staff) -> None:
    @app.get("/entry")
    def entry() -> str:
        who = entitled(staff, Act.ENTER_CHANGES)
        word = request.args.get("chore", "")
        chore = Chore(word) if word in set(Chore) else None
        asked = ShowWork(who.token, staff.campaign, chore, _MOST_LISTED)
        found = asking.show_work(staff.house, asked)
        units = staff.house.units({one.unit for one in found.sheets})
        return render_template(
            "entry/work.html",
            work=found,
            chosen=chore,
            chores=words.chores(),
            names={code: one.name for code, one in units.items()},
            people=colleagues(staff, who, [one.with_other for one in found.sheets]),
            total=sum(found.counts.values()),
            in_turn=sum(found.counts.get(one, 0) for one in _IN_TURN),
            moment=moments.told_short,
            said=_done(),
        )

    @app.get("/entry/next")
    def entry_next() -> Response:
        who = entitled(staff, Act.ENTER_CHANGES)
        found = asking.show_work(
            staff.house, ShowWork(who.token, staff.campaign, None, _MOST_IN_TURN)
        )
        sheet = next_of(found, request.args.get("after", ""))
        done = request.args.get("done")
        if sheet is None:
            return _to(url_for("entry", done="all"))
        return _to(url_for("entry_sheet", sheet=sheet.sheet, done=done))


def next_of(found: Work, after: str) -> WorkSheet | None:
    """The sheet that opens by itself: the first free one behind the one just left, round once."""
    turn = [one for one in found.sheets if one.chore in _IN_TURN and one.with_other is None]
    place = next((i + 1 for i, one in enumerate(turn) if one.sheet == after), 0)
    left = [one for one in [*turn[place:], *turn[:place]] if one.sheet != after]
    return left[0] if left else None


def _add_sheet(app: WebApp, staff: Staff) -> None:
    @app.get("/entry/sheets/<sheet>")
    def entry_sheet(sheet: str) -> Any:
        who = entitled(staff, Act.ENTER_CHANGES)
        turn = Turn(field=request.args.get("at"), said=_done())
        try:
            return sheet_page(staff, who, SheetId(sheet), turn)
        except UnknownSheetError as refused:
            return render_template("message.html", said=words.refused(refused)), 404

    @app.post("/entry/sheets/<sheet>/fields/<field>/<step>")
    def entry_step(sheet: str, field: str, step: str) -> Any:
        if step == "prove":
            take_large_form()
        check_meant(staff)
        who = entitled(staff, Act.ENTER_CHANGES)
        if step not in STEPS:
            abort(404)
        do: Step = STEPS[step]
        try:
            done = do(staff, who, SheetId(sheet), field)
        except DomainError as refused:
            typed = {field: request.form["value"]} if "value" in request.form else None
            turn = Turn(field, typed, words.refused(refused), is_wrong=True)
            return sheet_page(staff, who, SheetId(sheet), turn), 422
        return _to(url_for("entry_sheet", sheet=sheet, at=field, done=done))


def _add_whole(app: WebApp, staff: Staff) -> None:
    """What is done with a sheet as a whole; then the next one opens."""
    _add_act(app, staff, "submit", _submit)
    _add_act(app, staff, "confirm", _confirm)
    _add_act(app, staff, "finish", _finish)


WholeAct = Callable[[Staff, Visitor, SheetId], bool]


def _add_act(app: WebApp, staff: Staff, name: str, act: WholeAct) -> None:
    def whole(sheet: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ENTER_CHANGES)
        try:
            is_done = act(staff, who, SheetId(sheet))
        except DomainError as refused:
            turn = Turn(said=words.refused(refused))
            return sheet_page(staff, who, SheetId(sheet), turn), 422
        if is_done:
            return _to(url_for("entry_next", after=sheet, done=name))
        return _to(url_for("entry_sheet", sheet=sheet, done=f"{name}_open"))

    app.add_url_rule(f"/entry/sheets/<sheet>/{name}", f"entry_{name}", whole, methods=["POST"])


def _submit(staff: Staff, who: Visitor, sheet: SheetId) -> bool:
    """Submit what the summary showed; gives whether the sheet is done with."""
    seen = []
    for one in request.form.getlist("seen"):
        entry, _colon, sequence = one.partition(":")
        if sequence.isdigit():
            seen.append(SeenEntry(EntryId(entry), int(sequence)))
    if not seen:
        abort(400)
    asking.submit(staff.house, SubmitChanges(who.token, sheet, tuple(seen)))
    return asking.open_sheet(staff.house, OpenSheet(who.token, sheet)).standing.is_entered


def _confirm(staff: Staff, who: Visitor, sheet: SheetId) -> bool:
    asking.confirm_sheet(staff.house, ConfirmSheet(who.token, sheet))
    return True


def _finish(staff: Staff, who: Visitor, sheet: SheetId) -> bool:
    return asking.finish(staff.house, FinishSheet(who.token, sheet)).is_entered


def _done() -> Said | None:
    """What was done a moment ago, by the address."""
    told = {
        "saved": (_("已保存草稿"), _("按汇总核对后再提交。")),
        "dropped": (_("已作罢"), _("这一栏不再变更。")),
        "withdrawn": (_("已撤回"), _("需要时可以重新录入。")),
        "settled": (_("已记下原因"), _("换了照片会再核对一次。")),
        "asked": (_("已转班主任向监护人核实"), _("答复后会回到工作清单。")),
        "answered": (_("已登记答复"), _("请按答复改好草稿后提交。")),
        "proved": (_("已登记证明材料"), _("审核人员能打开每一页；交错了的，提交之前可以撤下。")),
        "unproved": (_("已撤下这份材料"), _("审核人员不会再看到；要恢复，请按“放回”。")),
        "submit": (_("上一张已提交"), _("下面是下一张。")),
        "submit_open": (_("已提交"), _("这张表还有没处理完的栏目，见下面。")),
        "confirm": (_("上一张已确认为无变更"), _("下面是下一张。")),
        "finish": (_("上一张已完成"), _("下面是下一张。")),
        "finish_open": (_("还没有完成"), _("还有没处理完的栏目，见下面。")),
        "all": (_("没有等待逐张办理的表了"), _("可以去确认看来无变更的班级。")),
        "class": (_("已整班确认"), _("10 秒内可以在本班页面撤销。")),
    }
    found = told.get(request.args.get("done", ""))
    if found is None:
        return None
    tone = "warn" if request.args["done"].endswith("_open") else "good"
    return Said(*found, tone)


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
