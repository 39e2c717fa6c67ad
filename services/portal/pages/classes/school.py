"""The classes of a school side by side: how far each is, and who is missing by name."""

from dataclasses import dataclass

from flask import render_template

from services.portal.pages.board import Stage, stages_of
from services.portal.pages.classes.pupils import see_class
from services.portal.pages.classes.words import called
from services.portal.pages.places import names_of
from services.portal.pages.staff import Staff, Visitor, entitled
from shared.contracts.progress_commands import Counts
from shared.kernel.authority import Act, Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from shared.plumbing.web.app import WebApp

# Who stands at a school and sees all of its classes.
_AT_SCHOOL = frozenset({Role.REGISTRAR, Role.SCHOOL_LEADER})


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of the school."""

    unit: UnitCode
    name: str
    counts: Counts
    stages: tuple[Stage, ...]
    left: int  # sheets that were handed out and are not back


def add_school(app: WebApp, staff: Staff) -> None:
    """The overview of registrars and leaders."""

    @app.get("/school")
    def school() -> str:
        who = _at_school(staff)
        rows = _rows(staff, who)
        return render_template(
            "classes/school.html",
            name=names_of(staff, [who.actor.unit])[who.actor.unit],
            rows=rows,
            total=sum(one.left for one in rows),
        )

    @app.get("/school/missing")
    def school_missing() -> str:
        """Everybody who is missing, class by class: asked class by class, so it is a page of its own."""
        who = _at_school(staff)
        rows = [one for one in _rows(staff, who) if one.left]
        missing = [(one, see_class(staff, who, one.unit).missing()) for one in rows]
        return render_template(
            "classes/missing.html",
            name=names_of(staff, [who.actor.unit])[who.actor.unit],
            classes=[(row, [(one, called(one)) for one in found]) for row, found in missing],
        )


def _at_school(staff: Staff) -> Visitor:
    who = entitled(staff, Act.SEE_COUNTS)
    if who.actor.role not in _AT_SCHOOL:
        raise NotAllowedError(Act.SEE_COUNTS)
    return who


def _rows(staff: Staff, who: Visitor) -> list[ClassRow]:
    """The classes, furthest behind first."""
    found = staff.house.children(who.token, staff.campaign, who.actor.unit).units
    classes = [one for one in found if one.level is Level.CLASS]
    names = names_of(staff, [one.unit for one in classes])
    rows = [
        ClassRow(
            one.unit,
            names[one.unit],
            one.counts,
            stages_of(one.counts),
            max(0, one.counts.issued - one.counts.returned),
        )
        for one in classes
    ]
    return sorted(rows, key=lambda one: (-one.left, one.unit))
