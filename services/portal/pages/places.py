"""Where a page stands in the tree: a unit of the visitor's own part of it, and the way there."""

from collections.abc import Iterable

from flask_babel import gettext as _

from services.portal.pages.staff import Staff, Visitor
from shared.contracts.roster_commands import UnitEntry
from shared.kernel.authority import Act
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level, codes_up


def own_part(staff: Staff, who: Visitor, unit: UnitCode, act: Act) -> UnitEntry:
    """The unit, if it is the visitor's or lies below it.

    Raises:
        UnknownUnitError: no such unit.
        NotAllowedError: it lies elsewhere.
    """
    found = staff.house.units([unit]).get(unit)
    if found is None:
        raise UnknownUnitError(unit)
    if not found.path.startswith(who.actor.path):
        raise NotAllowedError(act)
    return found


def trail(path: str, own: str) -> list[UnitCode]:
    """The codes from the visitor's unit down to this one."""
    return list(reversed(codes_up(path)))[len(codes_up(own)) - 1 :]


def trail_of(staff: Staff, who: Visitor, here: UnitEntry) -> list[UnitEntry]:
    """The units from the visitor's own down to the one above this, for the way back."""
    codes = trail(here.path, who.actor.path)[:-1]
    known = staff.house.units(codes) if codes else {}
    return [known[code] for code in codes if code in known]


def names_of(staff: Staff, codes: Iterable[UnitCode]) -> dict[UnitCode, str]:
    """Names by code; a unit that nobody knows is called by its code."""
    wanted = list(dict.fromkeys(codes))
    known = staff.house.units(wanted) if wanted else {}
    return {code: known[code].name if code in known else code for code in wanted}


def level_name(level: Level) -> str:
    """A level of the tree as people say it."""
    names = {
        Level.PROVINCE: _("省级"),
        Level.CITY: _("市级"),
        Level.COUNTY: _("县级"),
        Level.SCHOOL: _("学校"),
        Level.CLASS: _("班级"),
    }
    return str(names[level])
