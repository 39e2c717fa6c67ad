"""My class as tiles, who is missing as a text for the chat, and one pupil's sheet."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound

from services.portal.pages import moments
from services.portal.pages.classes.pupils import ClassSeen, Pupil, State, see_class
from services.portal.pages.classes.words import (
    called,
    missing_text,
    purposes,
    reason_words,
    state_words,
    tick_words,
)
from services.portal.pages.places import own_part, trail_of
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.roster_commands import NamesPurpose
from shared.contracts.tick_commands import REASONS, Tick, TickShown
from shared.kernel.authority import Act, Role
from shared.kernel.ids import UnitCode
from shared.plumbing.web.app import WebApp


def add_tiles(app: WebApp, staff: Staff) -> None:
    """The class of a teacher, and every class of a registrar's or leader's school."""

    @app.get("/class")
    def own_class() -> Any:
        who = entitled(staff, Act.SEE_COUNTS)
        if who.actor.role is not Role.HOMEROOM_TEACHER:
            return make_response(redirect(url_for("school"), 303))
        return make_response(redirect(url_for("tiles", unit=who.actor.unit), 303))

    @app.get("/class/<unit>")
    def tiles(unit: str) -> str:
        return class_page(staff, entitled(staff, Act.SEE_COUNTS), UnitCode(unit), done())

    @app.post("/class/<unit>/names")
    def reveal_names(unit: str) -> str:
        check_meant(staff)
        who = entitled(staff, Act.SEE_COUNTS)
        purpose = request.form.get("purpose", "")
        if purpose not in set(NamesPurpose):
            raise BadRequest
        return class_page(staff, who, UnitCode(unit), None, purpose=NamesPurpose(purpose))

    @app.get("/class/<unit>/sheets/<sheet>")
    def pupil(unit: str, sheet: str) -> str:
        return pupil_page(staff, entitled(staff, Act.SEE_COUNTS), UnitCode(unit), sheet, None)


def class_page(
    staff: Staff,
    who: Visitor,
    unit: UnitCode,
    said: Said | None,
    *,
    purpose: NamesPurpose | None = None,
) -> str:
    """The tiles of a class.

    Raises:
        UnknownUnitError, NotAllowedError: no such class, or it is not theirs.
    """
    here = own_part(staff, who, unit, Act.SEE_COUNTS)
    seen = see_class(staff, who, unit, purpose=purpose)
    words = state_words()
    return render_template(
        "classes/tiles.html",
        here=here,
        trail=trail_of(staff, who, here),
        seen=seen,
        figures=[
            (state, words[state], seen.counts[state]) for state in words if seen.counts[state]
        ],
        pupils=[(one, called(one), words[one.state]) for one in seen.pupils],
        missing=[(one, called(one)) for one in seen.missing()],
        text=missing_text(here.name, masked(staff, who, seen, purpose)),
        is_revealed=purpose is not None,
        purposes=purposes(),
        undo=undoable(),
        said=said,
    )


def masked(staff: Staff, who: Visitor, seen: ClassSeen, purpose: NamesPurpose | None) -> ClassSeen:
    """The class with names masked: what is made to be sent on holds no full name."""
    return seen if purpose is None else see_class(staff, who, seen.unit)


def pupil_page(staff: Staff, who: Visitor, unit: UnitCode, sheet: str, said: Said | None) -> str:
    """One pupil's sheet with what may be said of its paper.

    Raises:
        NotFound: no sheet of this class.
        UnknownUnitError, NotAllowedError: no such class, or it is not theirs.
    """
    here = own_part(staff, who, unit, Act.SEE_COUNTS)
    one = see_class(staff, who, unit).of_sheet(sheet)
    if one is None:
        raise NotFound
    reasons = reason_words()
    return render_template(
        "classes/pupil.html",
        here=here,
        trail=[*trail_of(staff, who, here), here] if here.path != who.actor.path else [here],
        one=one,
        called=called(one),
        state=state_words()[one.state],
        told=_told(one),
        ticks=[
            (tick, words, [(reason, reasons[reason]) for reason in REASONS[tick]])
            for tick, words in tick_words().items()
        ],
        said=said,
        may_tick=who.may_see(Act.TICK_SHEET) and one.state is not State.ENTERED,
        chosen=request.form,
    )


def _told(one: Pupil) -> str:
    """What was said of the paper last; "" for nothing."""
    said: TickShown | None = one.tick
    if said is None or said.tick is None or said.at is None:
        return ""
    reason = "" if said.reason is None else f"（{reason_words()[said.reason]}）"
    at = moments.told(said.at)
    return str(_("%(time)s 标记为%(words)s", time=at, words=tick_words()[said.tick])) + reason


def done() -> Said | None:
    """What was done a moment ago, as the address tells it."""
    count = request.args.get("count", "")
    words = {
        Tick.RETURNED: _("已标记 %(count)s 张为已交纸", count=count),
        Tick.DECLINED: _("已标记为拒签"),
        Tick.AWAY: _("已标记为联系不上"),
        "undone": _("已撤销标记"),
    }
    title = words.get(request.args.get("done", ""))
    if title is None or (count and not count.isdigit()):
        return None
    return Said(title, _("统计随即更新；标错了可以撤销。"), "good")


def undoable() -> list[str]:
    """The sheets that were ticked a moment ago; scan decides whether they still can be unticked."""
    sheets = request.args.get("sheets", "")
    return [one for one in sheets.split(",") if one.isalnum()][:100]
