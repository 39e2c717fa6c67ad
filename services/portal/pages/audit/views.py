"""The audit log for auditors: filter, verify, prove one event, export; codes and ids only."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import Response, render_template, request
from flask_babel import gettext as _

from services.portal.pages.audit import asking
from services.portal.pages.audit.words import finding_told
from services.portal.pages.downloads import download
from services.portal.pages.mistakes import Mistake
from services.portal.pages.moments import told, typed
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.audit_commands import (
    MOST_EXPORTED,
    EventShown,
    ExportEvents,
    LogVerified,
    ProveEvent,
    ShowEvents,
    VerifyLog,
)
from shared.contracts.wire import to_plain
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import ProvinceCode, SheetId, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.offload import thread
from shared.plumbing.web.app import WebApp

_PAGE = 100
_FIELDS = ("unit", "act", "done_by", "sheet", "since", "until")
_DONE = "done"


def add_audit(app: WebApp, staff: Staff) -> None:
    """The page of the log, and what is taken away from it."""

    @app.get("/audit")
    def audit() -> str:
        return _page(staff, entitled(staff, Act.READ_AUDIT), None)

    @app.post("/audit/verify")
    def verify_log() -> str:
        check_meant(staff)
        who = entitled(staff, Act.READ_AUDIT)
        found = asking.verified(staff.house, VerifyLog(who.token, _province(who)))
        return _page(staff, who, None, verified=found)

    @app.post("/audit/<int:seq>/proof")
    def prove_event(seq: int) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.READ_AUDIT)
        try:
            found = asking.proof(staff.house, ProveEvent(who.token, _province(who), seq))
        except DomainError as refused:
            return _refused(staff, who, refused)
        text = json.dumps(to_plain(found), ensure_ascii=False, indent=1)
        return download(text, f"proof-{_province(who)}-{seq}.json", "application/json")

    @app.post("/audit/export")
    def export_events() -> Any:
        check_meant(staff)
        who = entitled(staff, Act.READ_AUDIT)
        try:
            return _export(staff, who)
        except DomainError as refused:
            return _refused(staff, who, refused)


def _refused(staff: Staff, who: Visitor, refused: DomainError) -> Any:
    if refused.code not in {"no_checkpoint", "unknown_event", "too_many_events"}:
        raise refused
    return _page(staff, who, refusal(refused)), 422


def _export(staff: Staff, who: Visitor) -> Response:
    """The files of an export as a zip that verifies itself."""
    first, last = (request.form.get(name, "").strip() for name in ("first", "last"))
    order = ExportEvents(
        who.token,
        UnitCode(request.form.get("unit") or who.actor.unit),
        int(first) if first.isdecimal() else 0,
        int(last) + 1 if last.isdecimal() else None,
    )
    found = asking.exported(staff.house, order)
    return download(thread(_zip, found.files), f"audit-{order.unit}.zip", "application/zip")


def _zip(files: dict[str, str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def _page(
    staff: Staff, who: Visitor, said: Said | None, *, verified: LogVerified | None = None
) -> str:
    mistakes: list[Mistake] = []
    order = _order(who, mistakes)
    found = asking.shown(staff.house, order)
    sent = {name: request.args.get(name, "") for name in _FIELDS}
    again = {name: value for name, value in sent.items() if value}
    return render_template(
        "audit/audit.html",
        rows=[(one, told(one.at), _outcome(one)) for one in found.events],
        acts=sorted({one.act for one in found.events}),
        sent=sent | {"unit": order.unit},
        again=again,
        next=found.next,
        is_first=order.before is None,
        may_verify=who.actor.path.count("/") == 1,
        verified=verified,
        findings=[finding_told(one) for one in verified.findings] if verified else [],
        moments=(told(verified.checkpoint_at), told(verified.witnessed_at)) if verified else None,
        limit=MOST_EXPORTED,
        mistakes=mistakes,
        said=said or (_wrong() if mistakes else None),
    )


def _order(who: Visitor, mistakes: list[Mistake]) -> ShowEvents:
    sent = request.args
    before = sent.get("before", "")
    return ShowEvents(
        who.token,
        UnitCode(sent.get("unit", "").strip() or who.actor.unit),
        SheetId(sent["sheet"].strip()) if sent.get("sheet", "").strip() else None,
        sent.get("act", "").strip() or None,
        sent.get("done_by", "").strip() or None,
        int(before) if before.isdecimal() else None,
        _PAGE,
        _moment("since", mistakes),
        _moment("until", mistakes),
    )


def _moment(name: str, mistakes: list[Mistake]) -> datetime | None:
    try:
        return typed(request.args.get(name, ""))
    except ValueError:
        mistakes.append(Mistake(name, _("请写成 2026-05-01T18:00 这样的日期和时间。")))
        return None


def _outcome(one: EventShown) -> tuple[str, str]:
    """Tone and words: done, or refused with its code."""
    if one.outcome == _DONE:
        return "good", _("完成")
    return "bad", _("被拒绝（%(code)s）", code=one.outcome)


def _wrong() -> Said:
    return Said(_("请更正下面的内容"), _("时间条件没有用上。"))


def _province(who: Visitor) -> ProvinceCode:
    return province_of(who.actor.path)
