"""Ranked tables, tiles and units that stand still, of the part of the tree below a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from services.portal.pages.downloads import XLSX, download
from services.portal.pages.places import level_name, names_of, own_part, trail_of
from services.portal.pages.reports import asking
from services.portal.pages.reports.urging import said_of
from services.portal.pages.reports.words import figures, ranked_by
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.progress_commands import (
    Counts,
    RankedBy,
    RankedTable,
    RankedUnit,
    StalledRequest,
    TableRequest,
)
from shared.contracts.roster_commands import UnitEntry
from shared.kernel.authority import Act
from shared.kernel.clock import utc_now
from shared.kernel.ids import UnitCode
from shared.kernel.units import LEVELS, Level
from shared.plumbing.offload import thread
from shared.plumbing.web.app import WebApp
from shared.workbooks.counts import table_workbook


@dataclass(frozen=True, slots=True)
class Place:
    """One unit of a table; `share` in per mille, None where nobody is in scope."""

    unit: UnitCode
    name: str
    rank: int | None
    share: int | None
    state: str  # good, later, closed or bad
    words: str
    counts: Counts
    has_board: bool


@dataclass(frozen=True, slots=True)
class Still:
    """One unit that stands still."""

    unit: UnitCode
    name: str
    moved_on: str
    working_days: int
    returned: int
    entered: int
    in_scope: int


def add_ranking(app: WebApp, staff: Staff) -> None:
    """The ranked table of a unit, and its file."""

    @app.get("/progress/<unit>/ranking")
    def ranking(unit: str) -> str:
        return _page(staff, entitled(staff, Act.SEE_COUNTS), UnitCode(unit))

    @app.post("/progress/<unit>/ranking.xlsx")
    def ranking_file(unit: str) -> Response:
        check_meant(staff)
        return _file(staff, entitled(staff, Act.SEE_COUNTS), UnitCode(unit))


def _page(staff: Staff, who: Visitor, unit: UnitCode) -> str:
    here = own_part(staff, who, unit, Act.SEE_COUNTS)
    level, by = _level(here, request.args), _by(request.args)
    found = _table(staff, who, here, level, by)
    order = StalledRequest(who.token, staff.campaign, unit, level)
    still = asking.stalled(staff.house, order).units
    names = names_of(staff, (one.unit.unit for one in found.units))
    return render_template(
        "reports/ranking.html",
        here=here,
        said=said_of(names),
        may_urge=who.may_see(Act.URGE_UNIT),
        trail=[*trail_of(staff, who, here), here],
        level=level,
        levels=[(one, level_name(one)) for one in levels_below(here.level)],
        by=by,
        stages=[(one, ranked_by(one)) for one in RankedBy],
        columns=[label for label, _count, _live in figures(Counts())],
        rows=[_place(one, names) for one in found.units],
        numbers=[[count for _l, count, _n in figures(one.unit.counts)] for one in found.units],
        still=[
            Still(
                one.unit.unit,
                names[one.unit.unit],
                one.moved_on.isoformat(),
                one.working_days,
                one.unit.counts.returned,
                one.unit.counts.entered,
                one.unit.counts.in_scope,
            )
            for one in still
            if one.unit.unit in names
        ],
    )


def _file(staff: Staff, who: Visitor, unit: UnitCode) -> Response:
    here = own_part(staff, who, unit, Act.SEE_COUNTS)
    level, by = _level(here, request.form), _by(request.form)
    found = _table(staff, who, here, level, by, is_export=True)
    names = names_of(staff, (one.unit.unit for one in found.units))
    book = thread(table_workbook, found, staff.campaign, here.name, names, utc_now())
    return download(book, f"progress-{here.unit}-{level.value}.xlsx", XLSX)


def _table(
    staff: Staff,
    who: Visitor,
    here: UnitEntry,
    level: Level,
    by: RankedBy,
    *,
    is_export: bool = False,
) -> RankedTable:
    order = TableRequest(who.token, staff.campaign, here.unit, level, by, is_export)
    return asking.ranked(staff.house, order)


def levels_below(level: Level) -> Sequence[Level]:
    """The levels a table may list: the next two, classes only inside their school.

    All schools of a province are many thousands: they are looked at city by city.
    """
    below = LEVELS[LEVELS.index(level) + 1 :]
    if level is Level.SCHOOL:
        return below
    return [one for one in below[:2] if one is not Level.CLASS]


def _level(here: UnitEntry, sent: Any) -> Level:
    offered = levels_below(here.level)
    if not offered:
        raise NotFound
    wanted = sent.get("level")
    return next((one for one in offered if one.value == wanted), offered[0])


def _by(sent: Any) -> RankedBy:
    wanted = sent.get("by")
    return RankedBy(wanted) if wanted in set(RankedBy) else RankedBy.ENTERED


def _place(one: RankedUnit, names: dict[UnitCode, str]) -> Place:
    share = None if one.share is None else round(1000 * one.share)
    state, words = _told(share)
    unit = one.unit
    return Place(
        unit.unit,
        names[unit.unit],
        one.rank,
        share,
        state,
        words,
        unit.counts,
        unit.level is not Level.CLASS,
    )


def _told(share: int | None) -> tuple[str, str]:
    """How far a unit is, in words: a tile is never told by its colour alone."""
    if share is None:
        return "closed", _("无核查对象")
    if share >= 950:
        return "good", _("基本完成")
    if share >= 500:
        return "later", _("过半")
    return ("bad", _("不到一半")) if share else ("bad", _("尚未开始"))


def ranking_address(here: UnitEntry) -> str | None:
    """Where a unit's table is; None where nothing below it is ranked."""
    return url_for("ranking", unit=here.unit) if levels_below(here.level) else None
