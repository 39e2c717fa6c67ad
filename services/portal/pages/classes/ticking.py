"""Ticking paper: one sheet or a pile at once, and taking it back."""

from typing import Any

from flask import make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest

from services.portal.pages.classes import asking
from services.portal.pages.classes.tiles import class_page, pupil_page
from services.portal.pages.classes.words import refusal_of_class
from services.portal.pages.places import own_part
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.tick_commands import Tick, TickReason, TickSheet
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import SheetId, UnitCode
from shared.plumbing.web.app import WebApp

MOST = 100  # a class is smaller


def add_ticking(app: WebApp, staff: Staff) -> None:
    """What a teacher says of paper without a picture."""

    @app.post("/class/<unit>/ticks")
    def tick_form(unit: str) -> Any:
        """The paper of several pupils was handed in."""
        check_meant(staff)
        who = _at(staff, unit)
        sheets = request.form.getlist("sheet")[:MOST]
        return _each(staff, who, UnitCode(unit), sheets, Tick.RETURNED)

    @app.post("/class/<unit>/ticks/undo")
    def untick_form(unit: str) -> Any:
        check_meant(staff)
        who = _at(staff, unit)
        return _each(staff, who, UnitCode(unit), request.form.getlist("sheet")[:MOST], None)

    @app.post("/class/<unit>/sheets/<sheet>")
    def tick_one(unit: str, sheet: str) -> Any:
        check_meant(staff)
        who = _at(staff, unit)
        word = request.form.get("tick", "")
        if word not in {*Tick, "undo"}:
            raise BadRequest
        tick = None if word == "undo" else Tick(word)
        reason = request.form.get(f"reason_{word}", "")
        command = TickSheet(
            who.token,
            staff.campaign,
            SheetId(sheet),
            tick,
            TickReason(reason) if reason in set(TickReason) else None,
        )
        try:
            asking.tick(staff.house, command)
        except DomainError as refused:
            said = refusal_of_class(refused)
            return pupil_page(staff, who, UnitCode(unit), sheet, said), 422
        return _back(unit, tick, [sheet])


def _at(staff: Staff, unit: str) -> Visitor:
    who = entitled(staff, Act.TICK_SHEET)
    own_part(staff, who, UnitCode(unit), Act.TICK_SHEET)
    return who


def _each(staff: Staff, who: Visitor, unit: UnitCode, sheets: list[str], tick: Tick | None) -> Any:
    """Each sheet is an act of its own: a refusal of one leaves the others as they were said."""
    if not sheets:
        raise BadRequest
    try:
        for sheet in sheets:
            command = TickSheet(who.token, staff.campaign, SheetId(sheet), tick)
            asking.tick(staff.house, command)
    except DomainError as refused:
        return class_page(staff, who, unit, refusal_of_class(refused)), 422
    return _back(unit, tick, sheets)


def _back(unit: str, tick: Tick | None, sheets: list[str]) -> Any:
    undo = ",".join(sheets) if tick else None
    done = tick.value if tick else "undone"
    address = url_for("tiles", unit=unit, done=done, count=len(sheets), sheets=undo)
    return make_response(redirect(address, 303))
