"""The progress board: a unit's stages, and the units below it, worst first."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from services.portal.pages.places import own_part, trail_of
from services.portal.pages.reports.ranking import ranking_address
from services.portal.pages.staff import Staff, Visitor, entitled
from shared.contracts.progress_commands import Counts, UnitCounts
from shared.contracts.roster_commands import UnitEntry
from shared.kernel.authority import Act
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from shared.plumbing.web.app import WebApp


@dataclass(frozen=True, slots=True)
class Stage:
    """One bar of the funnel; `share` in per mille of the pupils in scope."""

    label: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the table."""

    unit: UnitCode
    name: str
    counts: Counts
    stages: tuple[Stage, ...]
    has_board: bool


def add_board(app: WebApp, staff: Staff) -> None:
    """The board of the own unit, and of every unit below it."""

    @app.get("/progress")
    def board() -> str:
        who = entitled(staff, Act.SEE_COUNTS)
        return _board(staff, who, who.actor.unit)

    @app.get("/progress/<unit>")
    def board_of(unit: str) -> str:
        return _board(staff, entitled(staff, Act.SEE_COUNTS), UnitCode(unit))


def _board(staff: Staff, who: Visitor, unit: UnitCode) -> str:
    here = own_part(staff, who, unit, Act.SEE_COUNTS)
    children = staff.house.children(who.token, staff.campaign, unit).units
    known = staff.house.units(child.unit for child in children)
    rows = sorted((_row(child, known) for child in children), key=_most_to_do)
    return render_template(
        "board.html",
        here=_row(staff.house.counts(who.token, staff.campaign, unit), {unit: here}),
        rows=rows,
        trail=trail_of(staff, who, here),
        ranking=ranking_address(here),
    )


def _row(unit: UnitCounts, known: Mapping[UnitCode, UnitEntry]) -> Row:
    entry = known.get(unit.unit)
    name = entry.name if entry else unit.unit
    return Row(unit.unit, name, unit.counts, stages_of(unit.counts), unit.level is not Level.CLASS)


def stages_of(counts: Counts) -> tuple[Stage, ...]:
    """The stages of a unit, each with its share of the pupils in scope."""
    told = (
        (_("下发"), counts.issued),
        (_("回收"), counts.returned),
        (_("拍照上传"), counts.photographed),
        (_("录入"), counts.entered),
        (_("审核完毕"), counts.decided),
        (_("已生效"), counts.applied),
    )
    whole = max(1, counts.in_scope)
    return tuple(
        Stage(label, count, min(1000, round(1000 * count / whole))) for label, count in told
    )


def _most_to_do(row: Row) -> tuple[int, UnitCode]:
    """Who is furthest from having every sheet back comes first."""
    return row.stages[1].share, row.unit
