"""Where the trouble comes from: questions, queries and returns by field and unit."""

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _

from services.portal.pages.staff import Staff, entitled
from services.portal.pages.support import asking
from services.portal.pages.values import label_of
from shared.contracts.support_commands import FieldFigures, FiguresRequest
from shared.kernel.authority import Act
from shared.kernel.units import LEVELS, Level, codes_up
from shared.plumbing.web.app import WebApp


@dataclass(frozen=True, slots=True)
class Pain:
    """One field in one unit; `share` of its trouble in per mille of the worst row."""

    place: str
    field: str
    row: FieldFigures
    total: int
    share: int


def add_figures(app: WebApp, staff: Staff) -> None:
    """The field pain map as a table, its numbers beside its bars."""

    @app.get("/questions/figures")
    def question_figures() -> str:
        who = entitled(staff, Act.SEE_COUNTS)
        levels = _levels(who.actor.path)
        wanted = request.args.get("level", "")
        level = Level(wanted) if wanted in {one.value for one in levels} else levels[0]
        asked = FiguresRequest(who.token, staff.campaign, who.actor.unit, level)
        rows = asking.figures(staff.house, asked).rows
        names = staff.house.units(sorted({one.unit for one in rows}))
        worst = max((_total(one) for one in rows), default=1)
        pains = [
            Pain(
                names[one.unit].name if one.unit in names else one.unit,
                label_of(one.field) if one.field else _("没有指明项目"),
                one,
                _total(one),
                1000 * _total(one) // worst,
            )
            for one in rows
        ]
        return render_template(
            "support/figures.html",
            pains=pains,
            level=level.value,
            levels=[(one.value, _level_name(one)) for one in levels],
        )


def _levels(path: str) -> list[Level]:
    """The levels from the county down that lie below a unit, or its own where none does."""
    depth = len(codes_up(path))
    below = [one for one in LEVELS[depth:] if one not in (Level.PROVINCE, Level.CITY)]
    return sorted(below, key=lambda one: one is not Level.COUNTY) or [LEVELS[depth - 1]]


def _total(one: FieldFigures) -> int:
    return one.questions + one.queried + one.returned


def _level_name(level: Level) -> str:
    names = {
        Level.PROVINCE: _("省"),
        Level.CITY: _("地市"),
        Level.COUNTY: _("区县"),
        Level.SCHOOL: _("学校"),
        Level.CLASS: _("班级"),
    }
    return str(names[level])
