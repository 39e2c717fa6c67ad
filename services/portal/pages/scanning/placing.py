"""Pages that no code names: the queue, whose each may be, and a person who says it."""

from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.looking.showing import mark_of
from services.portal.pages.places import names_of
from services.portal.pages.scanning import asking, words
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.batch_commands import AssignPage, Candidate, OpenPage
from shared.contracts.scan_commands import PageState
from shared.kernel.authority import Act
from shared.kernel.clock import utc_now
from shared.kernel.errors import DomainError, UnknownPageError
from shared.kernel.ids import SheetId
from shared.plumbing.objects import ObjectMissingError, StoreUnavailableError
from shared.plumbing.web.app import WebApp

_SIDES = ("front", "back")
_WITHOUT_PICTURE = (PageState.WAITING, PageState.REFUSED, PageState.FAILED, PageState.DAMAGED)


def add_placing(app: WebApp, staff: Staff) -> None:
    """The queue of a school."""

    @app.get("/scans/queue")
    def scan_queue() -> str:
        who = entitled(staff, Act.COMMIT_BULK_SCAN)
        found = asking.open_pages(staff, who)
        return render_template("scanning/queue.html", pages=[_line(one) for one in found])

    @app.get("/scans/<batch>/pages/<int:number>")
    def scan_page(batch: str, number: int) -> str:
        return _page(staff, entitled(staff, Act.COMMIT_BULK_SCAN), batch, number)

    @app.get("/scans/<batch>/pages/<int:number>.jpg")
    def scan_picture(batch: str, number: int) -> Response:
        return _picture(staff, entitled(staff, Act.FIX_PAGE, Act.SEE_PAGE), batch, number)

    @app.post("/scans/<batch>/pages/<int:number>")
    def scan_assign(batch: str, number: int) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.COMMIT_BULK_SCAN)
        try:
            sheet, side, serial = whose(staff, who)
            command = AssignPage(batch, who.token, number, sheet, side, serial)
            asking.do(staff.house, command)
        except DomainError as refused:
            return _page(staff, who, batch, number, refusal(refused)), 422
        return redirect(_next(staff, who, batch), 303)


def _picture(staff: Staff, who: Visitor, batch: str, number: int) -> Response:
    """The page as it was laid flat, marked with who looks."""
    try:
        page = asking.look(staff.house, who, batch, number)
        data = staff.pictures.show(page, who.token, mark_of(who, utc_now()))
    except (DomainError, ObjectMissingError, StoreUnavailableError):
        return Response(status=404)
    return Response(data, mimetype="image/jpeg")


def whose(staff: Staff, who: Visitor) -> tuple[SheetId, str, int | None]:
    """Whose page the form says it is: a candidate that was picked, or a number that was typed.

    Raises:
        DomainError: the number was mistyped, or no sheet of this school carries it.
    """
    typed = request.form.get("number", "").strip()
    if typed:
        found = asking.find(staff, who, typed)
        return found.sheet, found.side, found.serial
    sheet, _dot, rest = request.form.get("sheet", "").partition(".")
    side, _dot, serial = rest.partition(".")
    if not sheet or side not in _SIDES:
        raise UnknownPageError("", 0)
    return SheetId(sheet), side, int(serial) if serial.isdecimal() else None


def _page(staff: Staff, who: Visitor, batch: str, number: int, said: Said | None = None) -> str:
    report = asking.batch(staff.house, who, batch)
    page = next((one for one in report.listed if one.number == number), None)
    if page is None:
        raise UnknownPageError(batch, number)
    return render_template(
        "scanning/page.html",
        said=said,
        batch=report.batch,
        page=page,
        state=words.page_states()[page.state],
        reason=words.reason(page.reason),
        is_open=page.is_staged and page.state is not PageState.WAITING,
        has_picture=page.state not in _WITHOUT_PICTURE,
        candidates=told(staff, who, asking.candidates(staff.house, who, report.batch, number)),
        reasons=list(words.discard_reasons().items()),
    )


def _next(staff: Staff, who: Visitor, batch: str) -> str:
    """The next page of this pile that waits for a person, or the pile."""
    report = asking.batch(staff.house, who, batch)
    for one in report.listed:
        if one.is_staged and one.state is PageState.UNMATCHED:
            return url_for("scan_page", batch=batch, number=one.number)
    return url_for("scan_batch", batch=batch, said="assigned")


def told(staff: Staff, who: Visitor, found: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Candidates as a page shows them: class, number, masked name, and what speaks for each."""
    units = sorted({one.unit for one in found})
    names = names_of(staff, units)
    pupils = asking.masked_names(staff.house, who, units)
    return [_candidate(one, names, pupils) for one in found]


def _candidate(one: Candidate, names: Any, pupils: Any) -> dict[str, Any]:
    signals = {
        "top_left": _("左上表号"),
        "bottom_right": _("右下表号"),
        "cover": _("班级封面"),
        "ticket": _("由这张表的链接上传"),
    }
    number = one.number_in_class
    return {
        "value": f"{one.sheet}.{one.side}.{one.serial}",
        "place": names[one.unit],
        "number": _("%(number)s 号", number=number) if number is not None else _("无班内学号"),
        "name": pupils.get((one.unit, number), "") if number is not None else "",
        "side": _("背面") if one.side == "back" else _("正面"),
        "share": f"{100 * one.share:.0f}%" if one.share is not None else "",
        "is_missing": one.is_missing,
        "signals": _("、").join(str(signals[name]) for name in one.signals if name in signals),
    }


def _line(one: OpenPage) -> dict[str, Any]:
    return {
        "batch": one.batch,
        "number": one.number,
        "reason": words.reason(one.reason) if one.is_looked_at else _("正在查看"),
        "begun_at": moments.told_short(one.begun_at),
        "is_held": one.holder is not None,
        "held_until": moments.told_short(one.held_until),
    }
