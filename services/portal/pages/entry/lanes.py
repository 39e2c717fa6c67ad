"""The lane of sheets without a change: a random sample is looked at, then the class is confirmed."""

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from services.portal.pages.entry import asking, words
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.desk_commands import Chore, ShowWork
from shared.contracts.lane_commands import (
    ConfirmClass,
    DrawSample,
    MarkLooked,
    UndoConfirmation,
)
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.errors_review import NothingToConfirmError
from shared.kernel.ids import SheetId, UnitCode
from shared.plumbing.web.app import WebApp


def add_lanes(app: WebApp, staff: Staff) -> None:
    """The classes with sheets that seem to ask for no change, and one class of them."""

    @app.get("/entry/no-change")
    def lanes() -> str:
        who = entitled(staff, Act.ENTER_CHANGES)
        asked = ShowWork(who.token, staff.campaign, Chore.NO_CHANGE, 1)
        found = asking.show_work(staff.house, asked).lanes
        units = staff.house.units([one.unit for one in found])
        ordered = sorted(found, key=lambda one: (-one.sheets, one.unit))
        names = {code: one.name for code, one in units.items()}
        return render_template("entry/lanes.html", lanes=ordered, names=names)

    @app.get("/entry/no-change/<unit>")
    def lane(unit: str) -> Any:
        return _page(staff, entitled(staff, Act.ENTER_CHANGES), UnitCode(unit), None)

    @app.post("/entry/no-change/<unit>/<step>")
    def lane_step(unit: str, step: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ENTER_CHANGES)
        if step not in _STEPS:
            abort(404)
        try:
            done = _STEPS[step](staff, who)
        except DomainError as refused:
            return _page(staff, who, UnitCode(unit), words.refused(refused)), 422
        return _to(url_for("lane", unit=unit, done=done))


def _page(staff: Staff, who: Visitor, unit: UnitCode, said: Said | None) -> Any:
    """A class: the next sheet of its sample with its picture, or the confirmation of all."""
    named = staff.house.units([unit]).get(unit)
    done = request.args.get("done")
    shown: dict[str, Any] = {
        "unit": unit,
        "place": named.name if named is not None else unit,
        "said": said,
        "confirmed": done if done and done != "looked" else None,
    }
    try:
        sample = asking.draw(staff.house, DrawSample(who.token, staff.campaign, unit))
    except NothingToConfirmError as nothing:
        shown["said"] = said or (None if shown["confirmed"] else words.refused(nothing))
        return render_template("entry/lane.html", sample=None, now=None, looked=0, **shown)
    looked = sum(one.is_blank is not None for one in sample.to_look_at)
    now = next((one for one in sample.to_look_at if one.is_blank is None), None)
    return render_template("entry/lane.html", sample=sample, now=now, looked=looked, **shown)


def _mark(staff: Staff, who: Visitor) -> str:
    sample, sheet = request.form.get("sample", ""), SheetId(request.form.get("sheet", ""))
    is_blank = request.form.get("blank") == "1"
    asking.mark(staff.house, MarkLooked(who.token, sample, sheet, is_blank))
    return "looked"


def _confirm(staff: Staff, who: Visitor) -> str:
    done = asking.confirm_class(
        staff.house, ConfirmClass(who.token, request.form.get("sample", ""))
    )
    return f"{done.confirmation}.{len(done.sheets)}"


def _undo(staff: Staff, who: Visitor) -> str:
    confirmation = request.form.get("confirmation", "")
    asking.undo(staff.house, UndoConfirmation(who.token, confirmation))
    return "undone"


_STEPS = {"look": _mark, "confirm": _confirm, "undo": _undo}


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
