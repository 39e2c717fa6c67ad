"""Decisions one by one: a change, everything that decides about it, and the next by itself."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from services.portal.pages import moments
from services.portal.pages.entry.words import document_kinds
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from services.portal.pages.values import Piece, differing, label_of, shown
from shared.contracts.review_commands import (
    DecideChange,
    EntryShown,
    EntryState,
    HistoryLine,
    ReturnReason,
    TaskShown,
    Verdict,
)
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import EntryId
from shared.plumbing.web.app import WebApp

DECISIONS = (Act.DECIDE_KEY_DATA, Act.DECIDE_MAINTENANCE)
_HELD_ELSEWHERE = "id_held_elsewhere"
_UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Change:
    """One change as the page shows it."""

    label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    printed: str | None  # what the paper shows, where it is not the old value
    findings: tuple[str, ...]


def add_deciding(app: WebApp, staff: Staff) -> None:
    """The page of leaders and reviewers."""

    @app.get("/decide")
    def decide() -> str:
        return _page(staff, entitled(staff, *DECISIONS), done_words())

    @app.post("/decide/<entry>")
    def decide_form(entry: str) -> Any:
        check_meant(staff)
        who = entitled(staff, *DECISIONS)
        try:
            verdict = _verdict(who, EntryId(entry))
            staff.house.decide(verdict)
        except DomainError as refused:
            return _page(staff, who, refusal(refused)), 422
        return _next(done=verdict.verdict, entry=entry)

    @app.post("/decide/<entry>/undo")
    def undo_decision(entry: str) -> Any:
        check_meant(staff)
        who = entitled(staff, *DECISIONS)
        try:
            staff.house.undo(who.token, EntryId(entry))
        except DomainError as refused:
            return _page(staff, who, refusal(refused)), 422
        return make_response(redirect(url_for("decide", done="undone", rest=_rest()), 303))

    @app.post("/decide/<entry>/skip")
    def skip_task(entry: str) -> Response:
        check_meant(staff)
        who = entitled(staff, *DECISIONS)
        staff.house.put_task_back(who.token, EntryId(entry))
        return _next()


def _page(staff: Staff, who: Visitor, said: Said | None) -> str:
    found = staff.house.next_task(who.token, staff.campaign)
    if found.task is None:
        return render_template("decide.html", task=None, said=said, undo=_undoable(), rest=_rest())
    unit = staff.house.units([found.task.unit]).get(found.task.unit)
    return render_template(
        "decide.html",
        task=found.task,
        change=_change(found.task),
        place=unit.name if unit is not None else found.task.unit,
        duplicate=_duplicate(staff, who, found.task),
        siblings=[(one, _change(one)) for one in found.siblings],
        history=_history(found),
        proofs=_proofs(found.task),
        waiting=found.waiting,
        held_until=moments.told(found.task.held_until),
        reasons=[(reason.value, _reasons()[reason]) for reason in ReturnReason],
        said=said,
        undo=_undoable(),
        rest=_rest(),
    )


def _verdict(who: Visitor, entry: EntryId) -> DecideChange:
    form = request.form
    if form.get("verdict") not in set(Verdict):
        raise BadRequest
    reason = form.get("reason", "")
    return DecideChange(
        who.token,
        entry,
        revision=int(form.get("revision", "0")) if form.get("revision", "").isdigit() else 0,
        verdict=Verdict(form["verdict"]),
        reason=ReturnReason(reason) if reason in set(ReturnReason) else None,
        note=form.get("note", "").strip(),
    )


def _change(entry: EntryShown) -> Change:
    old, new = shown(entry.field, entry.old), shown(entry.field, entry.new)
    before, after = differing(old, new)
    printed = shown(entry.field, entry.printed) if entry.printed is not None else None
    findings = tuple(_findings().get(code, code) for code in entry.findings)
    return Change(
        label_of(entry.field), before, after, printed if entry.is_stale else None, findings
    )


def _duplicate(staff: Staff, who: Visitor, task: EntryShown) -> list[tuple[str, str, str]]:
    """Both records that claim an ID number, value by value, masked by review."""
    if _HELD_ELSEWHERE not in task.findings:
        return []
    found = staff.house.show_duplicate(who.token, task.entry)
    other = found.other or {}
    keys = [*found.own, *(key for key in other if key not in found.own)]
    return [(label_of(key), found.own.get(key, ""), other.get(key, "")) for key in keys]


def _proofs(task: EntryShown) -> list[tuple[str, str, str]]:
    """What the school has noted as proof, when, and where its page is; "" without one."""
    return [
        (
            document_kinds()[one.kind],
            moments.told(one.added_at),
            url_for("document_page", entry=task.entry, object_=one.object) if one.is_page else "",
        )
        for one in task.documents
        if one.proves
    ]


def _history(found: TaskShown) -> list[tuple[str, str, str]]:
    assert found.task is not None
    return [(moments.told(line.at), _step_name(line), line.note) for line in found.task.history]


def _step_name(line: HistoryLine) -> str:
    """What happened: the state it led to, except for a verdict that was taken back."""
    if line.step == _UNDO:
        return str(_("撤销决定"))
    return _states().get(line.state, line.state.value)


def done_words() -> Said | None:
    """What was decided a moment ago, as the address tells it."""
    words = {
        Verdict.APPROVE.value: _("已通过"),
        Verdict.RETURN.value: _("已退回学校"),
        Verdict.REJECT.value: _("已判为不通过"),
    }
    done = request.args.get("done", "")
    if done == "undone":
        return Said(_("已撤销刚才的决定"), _("这一条又回到您手上。"), "good")
    if done in words:
        return Said(words[done], _("10 秒内可以撤销。"), "good")
    return None


def _undoable() -> str | None:
    """The entry whose verdict was said a moment ago; the service knows how long it may be undone."""
    return request.args.get("entry") if request.args.get("done") in set(Verdict) else None


def _rest() -> str | None:
    """The changes that were chosen to be opened after this one; None: the queue's own order."""
    return request.args.get("rest")


def _next(done: str | None = None, entry: str | None = None) -> Response:
    rest = _rest()
    if rest is not None:
        address = url_for("next_change", rest=rest, done=done, entry=entry)
        return make_response(redirect(address, 303))
    return make_response(redirect(url_for("decide", done=done, entry=entry), 303))


def _findings() -> dict[str, str]:
    return {_HELD_ELSEWHERE: _("证件号码与另一学籍重复，请对照后再决定。")}


def _reasons() -> dict[ReturnReason, str]:
    return {
        ReturnReason.UNREADABLE: _("确认表上看不清"),
        ReturnReason.PROOF_MISSING: _("缺少证明材料"),
        ReturnReason.PROOF_CONTRADICTS: _("与证明材料不符"),
        ReturnReason.WRONG_FIELD: _("填错了栏目"),
        ReturnReason.TYPING_ERROR: _("录入有误"),
        ReturnReason.NOT_SIGNED: _("没有签名"),
        ReturnReason.DUPLICATE: _("证件号码与他人重复"),
        ReturnReason.NOT_PROVEN: _("证明不足"),
        ReturnReason.OTHER: _("其他，请写明"),
    }


def _states() -> dict[EntryState, str]:
    return {
        EntryState.DRAFTED: _("录入"),
        EntryState.QUERIED: _("向监护人核实"),
        EntryState.SUBMITTED: _("提交"),
        EntryState.RETURNED: _("退回"),
        EntryState.APPROVED: _("通过"),
        EntryState.REJECTED: _("不通过"),
        EntryState.CONFLICTED: _("学籍已变，需重新录入"),
        EntryState.APPLIED: _("已生效"),
    }
