"""Changing a switch: open, except, close by hand after a rehearsal, or take a setting away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from services.portal.pages.mistakes import Form, Mistake, MistakenError
from services.portal.pages.moments import field, typed
from services.portal.pages.places import names_of, own_part, trail_of
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from services.portal.pages.windows import asking
from services.portal.pages.windows.words import label_of
from shared.contracts.campaign_commands import (
    GRACE_HOURS,
    MAX_GRACE_HOURS,
    CloseWindow,
    InheritWindow,
    Rehearsal,
    SetWindow,
    Undone,
)
from shared.kernel.authority import Act
from shared.kernel.clock import utc_now
from shared.kernel.errors import DomainError
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.windows import Action
from shared.plumbing.web.app import WebApp

_NAMED = 20
_BESIDE_THE_FORM = {
    *("window_from_above", "window_not_narrower", "window_order"),
    *("no_window", "reason_needed"),
}
Where = tuple[CampaignId, UnitCode, Action]


def add_changing(app: WebApp, staff: Staff) -> None:
    """The three forms, each with what it would touch beside it."""

    @app.get("/windows/<unit>/<action>/<step>")
    def window_form(unit: str, action: str, step: str) -> str:
        who = entitled(staff, Act.SET_WINDOW)
        return _form(staff, who, _where(staff, unit, action), _step(step), _blank(), None)

    @app.post("/windows/<unit>/<action>/<step>")
    def change_window(unit: str, action: str, step: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.SET_WINDOW)
        where, step = _where(staff, unit, action), _step(step)
        try:
            done = _change(staff, who, where, step)
        except MistakenError as wrong:
            said = Said(_("请更正下面的内容"), _("设置没有改动。"))
            return _form(staff, who, where, step, _typed(), said, wrong.mistakes), 422
        except DomainError as refused:
            if refused.code not in _BESIDE_THE_FORM:
                raise
            return _form(staff, who, where, step, _typed(), refusal(refused)), 422
        return _done(where, done)


def _change(staff: Staff, who: Visitor, where: Where, step: str) -> str:
    """Ask campaign for what a form says; gives what was done.

    Raises:
        MistakenError: a field holds nothing that could be asked for.
        DomainError: campaign refuses.
    """
    form = Form()
    reason, grace = form.reason(), _grace(form)
    if step == "open":
        order = _opening(form, SetWindow(*where, utc_now(), None, who.token, reason, False, grace))
        asking.set_window(staff.house, order)
        return "exception" if order.is_exception else "open"
    form.check()
    if step == "close":
        asking.close_window(staff.house, CloseWindow(*where, who.token, reason, grace))
        return "closed"
    asking.inherit_window(staff.house, InheritWindow(*where, who.token, reason))
    return "inherited"


def _opening(form: Form, order: SetWindow) -> SetWindow:
    """An order with the times of the form; what it says beside them stays."""
    is_exception = form.text("kind") == "exception"
    opens_at = _moment(form, "opens_at") or order.opens_at
    closes_at = _moment(form, "closes_at")
    if closes_at is None and not is_exception:
        form.wrong("closes_at", _("请填写关闭时间；只有临时例外可以不填，三天后自动结束。"))
    if closes_at is not None and closes_at <= opens_at:
        form.wrong("closes_at", _("关闭时间应晚于开放时间。"))
    form.check()
    return replace(order, opens_at=opens_at, closes_at=closes_at, is_exception=is_exception)


def _moment(form: Form, name: str) -> datetime | None:
    try:
        return typed(form.text(name))
    except ValueError:
        form.wrong(name, _("请写成 2026-05-01T18:00 这样的日期和时间。"))
        return None


def _grace(form: Form) -> int:
    text = form.text("grace") or str(GRACE_HOURS)
    if text.isdecimal() and int(text) <= MAX_GRACE_HOURS:
        return int(text)
    form.wrong("grace", _("宽限时间是 0 至 %(most)d 小时。", most=MAX_GRACE_HOURS))
    return GRACE_HOURS


def _step(step: str) -> str:
    if step not in {"open", "close", "inherit"}:
        raise NotFound
    return step


def _where(staff: Staff, unit: str, action: str) -> Where:
    if action not in set(Action):
        raise NotFound
    return staff.campaign, UnitCode(unit), Action(action)


def _form(  # noqa: PLR0913, PLR0917  # what a form is drawn from
    staff: Staff,
    who: Visitor,
    where: Where,
    step: str,
    form: Mapping[str, str],
    said: Said | None,
    mistakes: Sequence[Mistake] = (),
) -> str:
    here = own_part(staff, who, where[1], Act.SET_WINDOW)
    found = asking.rehearsal(staff.house, who.token, where)
    names = names_of(staff, [*found.named_schools[:_NAMED], *found.apart[:_NAMED]])
    return render_template(
        f"windows/{step}.html",
        here=here,
        action=where[2],
        label=label_of(where[2]),
        found=found,
        schools=[names[code] for code in found.named_schools[:_NAMED]],
        apart=[names[code] for code in found.apart[:_NAMED]],
        undone=_undone(found),
        trail=[*trail_of(staff, who, here), here],
        form=form,
        said=said,
        mistakes=mistakes,
        most_grace=MAX_GRACE_HOURS,
    )


def _blank() -> dict[str, str]:
    kind = "exception" if request.args.get("kind") == "exception" else "own"
    now = field(utc_now())
    return {"opens_at": now, "closes_at": "", "grace": str(GRACE_HOURS), "reason": "", "kind": kind}


def _typed() -> dict[str, str]:
    """What was sent; what a form does not send is as it was offered."""
    return _blank() | request.form.to_dict()


def _undone(found: Rehearsal) -> list[tuple[str, int]]:
    left: Undone = found.undone
    begun = [] if found.drafts is None else [(_("其中已保存的草稿（项）"), found.drafts)]
    return [
        (_("已下发的确认表"), left.issued),
        (_("其中未回收"), left.unreturned),
        (_("已回收未录入（含草稿）"), left.not_entered),
        *begun,
        (_("等待监护人答复的变更"), left.queried),
        (_("退回学校的变更"), left.sent_back),
        (_("等待审核的变更"), left.undecided),
        (_("其中超过 10 个工作日"), left.overdue),
    ]


def _done(where: Where, done: str) -> Response:
    address = url_for("windows_of", unit=where[1], done=done, action=where[2].value)
    return make_response(redirect(address, 303))
