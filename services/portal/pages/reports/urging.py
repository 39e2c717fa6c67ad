"""Urging (督办): a button beside a unit that stands still, and what its own home says of it."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from services.portal.pages.moments import told
from services.portal.pages.places import names_of
from services.portal.pages.reports import asking
from services.portal.pages.reports.words import ranked_by
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.progress_commands import ListUrges, RankedBy, UrgeUnit
from shared.kernel.authority import Act
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import UnitCode
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError
from shared.plumbing.web.app import WebApp

MOST_SHOWN = 3  # the newest; older ones are still counted by who urged


@dataclass(frozen=True, slots=True)
class Urged:
    """One urge in words."""

    by: str  # name of the unit that urged
    stage: str
    at: str


def add_urging(app: WebApp, staff: Staff) -> None:
    """What the button does."""

    @app.post("/progress/<unit>/urge")
    def urge(unit: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.URGE_UNIT)
        sent = request.form
        stage = RankedBy(sent["by"]) if sent.get("by") in set(RankedBy) else RankedBy.ENTERED
        asking.urge(staff.house, UrgeUnit(who.token, staff.campaign, UnitCode(unit), stage))
        of, level = sent.get("of", who.actor.unit), sent.get("level", "")
        back = url_for("ranking", unit=of, level=level, by=stage.value, urged=unit)
        return redirect(back, 303)


def said_of(names: dict[UnitCode, str]) -> Said | None:
    """That a unit was urged just now; None where none was."""
    name = names.get(UnitCode(request.args.get("urged", "")))
    if name is None:
        return None
    advice = _("对方登录后会在首页看到。同一天就同一阶段再次督办，不会重复记录。")
    return Said(_("已督办%(unit)s", unit=name), advice, "good")


def urged(staff: Staff, who: Visitor) -> list[Urged]:
    """What the visitor's own unit was urged to do, newest first; empty where nobody answers."""
    try:
        order = ListUrges(who.token, staff.campaign, who.actor.unit)
        found = asking.urges_of(staff.house, order).urges[:MOST_SHOWN]
    except (RpcDeadlineError, RpcFailedError, UnknownUnitError):
        return []  # a home without it is better than none
    names = names_of(staff, [one.by_unit for one in found])
    return [Urged(names[one.by_unit], ranked_by(one.stage), told(one.at)) for one in found]
