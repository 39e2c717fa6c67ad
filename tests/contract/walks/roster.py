"""Roster: the names and one record of a class of the synthetic province."""

from pathlib import Path

from services.roster.service import RosterService
from services.roster.store import rows_of_class
from shared.contracts.record_commands import ShowRecordHistory
from shared.contracts.roster_commands import PupilNamesRequest
from shared.kernel.authority import Place, Role
from shared.kernel.ids import StudentId, UnitCode
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
    with house.database.transaction() as tx:
        student = StudentId(rows_of_class(tx, unit)[0].student)
    history = Row(lambda token: ShowRecordHistory(token, student), Place(path))
    rows = {PupilNamesRequest: row, ShowRecordHistory: history}
    return Stage(service, _paths(house, unit, path), NOW, rows)


def _paths(house: House, unit: UnitCode, path: str) -> dict[str, str]:
    """The units above the class, one beside it at each level, and the class."""
    tree = {one.code: one.path for one in house.province.tree.units}
    return {**tree, f"{unit}-beside": f"{path[:-1]}-beside/", unit: path}
