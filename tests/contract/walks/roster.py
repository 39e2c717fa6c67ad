"""Roster: the names of one class of the synthetic province."""

from pathlib import Path

from services.roster.service import RosterService
from shared.contracts.roster_commands import PupilNamesRequest
from shared.kernel.authority import Place, Role
from shared.kernel.ids import UnitCode
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.roster.house import House
from tests.unit.roster.test_names import NOW, a_class

# Names leave the school by two persons' export alone.
OUTSIDE = frozenset({Role.UNIT_ADMINISTRATOR, Role.REVIEWER, Role.SUPPORT_STAFF})


def stage(folder: Path) -> Stage:
    house = House(folder)
    house.take(house.write(house.rows()))
    unit, path = a_class(house)
    service = bare(RosterService, database=house.database, vault=house.vault, actors=believing(NOW))
    row = Row(
        lambda token: PupilNamesRequest(token, unit),
        Place(path),
        withheld=(lambda actor: actor.role in OUTSIDE, "pupils are named inside their school"),
    )
    return Stage(service, _paths(house, unit, path), NOW, {PupilNamesRequest: row})


def _paths(house: House, unit: UnitCode, path: str) -> dict[str, str]:
    """The units above the class, one beside it at each level, and the class."""
    tree = {one.code: one.path for one in house.province.tree.units}
    return {**tree, f"{unit}-beside": f"{path[:-1]}-beside/", unit: path}
