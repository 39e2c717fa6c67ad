"""Who can be in the demo: one person in each role, around the school of the sheets to try."""

from dataclasses import dataclass

from deploy.desk import Desk
from shared.contracts.roster_commands import NamedUnitsRequest, UnitEntry, Units
from shared.kernel.authority import Role
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level, codes_up


@dataclass(frozen=True, slots=True)
class Seat:
    """A role at a unit, and what there is to do in it."""

    role: Role
    unit: UnitCode
    level: Level
    place: str  # the unit's name
    work: str


def seats_around(desk: Desk, unit: UnitCode) -> tuple[Seat, ...]:
    """The people who have to do with the sheets of a class, from the class up.

    Args:
        desk: of the house the class is in.
        unit: the class.
    """
    own = _units(desk, unit)[unit]
    above = _units(desk, *codes_up(own.path))
    school = next(one for one in above.values() if one.level is Level.SCHOOL)
    by_level = {one.level: one for one in above.values()}
    managing = _units(desk, school.managed_by or school.unit)
    by_level |= {Level.CLASS: own, Level.SCHOOL: school}
    authority = next(iter(managing.values()))
    return tuple(
        _seat(role, authority if role is Role.REVIEWER else by_level[level], work)
        for role, level, work in _WORK
        if level in by_level
    )


_WORK = (
    (Role.REGISTRAR, Level.SCHOOL, "导入名册、打印确认表、批量扫描、录入变更"),
    (Role.HOMEROOM_TEACHER, Level.CLASS, "本班谁还没交、替家长拍照、答复核实"),
    (Role.ENTRY_CLERK, Level.SCHOOL, "批量扫描、录入变更"),
    (Role.SCHOOL_LEADER, Level.SCHOOL, "逐条审核学籍数据维护、上报本校数据"),
    (Role.REVIEWER, Level.COUNTY, "逐条审核关键数据变更"),
    (Role.UNIT_ADMINISTRATOR, Level.COUNTY, "本区县进度、时间窗口、专用账号"),
    (Role.SUPPORT_STAFF, Level.COUNTY, "答疑"),
    (Role.UNIT_ADMINISTRATOR, Level.PROVINCE, "全省进度、时间窗口、专用账号"),
    (Role.AUDITOR, Level.PROVINCE, "查阅审计日志"),
    (Role.KEY_OFFICER, Level.PROVINCE, "存储与密钥"),
    (Role.OPERATOR, Level.PROVINCE, "运行状况"),
)


def _seat(role: Role, unit: UnitEntry, work: str) -> Seat:
    return Seat(role, unit.unit, unit.level, unit.name, work)


def _units(desk: Desk, *codes: UnitCode) -> dict[UnitCode, UnitEntry]:
    found = desk.ask("roster", "named_units", NamedUnitsRequest(codes), Units).units
    return {one.unit: one for one in found}
