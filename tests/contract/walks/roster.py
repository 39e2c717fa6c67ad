"""Roster: the names and one record of a class of the synthetic province."""

from pathlib import Path

from services.roster.service import RosterService
from services.roster.settings import RosterSettings
from services.roster.store import rows_of_class
from shared.contracts.record_commands import ShowRecordHistory
from shared.contracts.roster_commands import (
    CheckRequest,
    CommitRequest,
    PupilNamesRequest,
    RegisterUnits,
)
from shared.contracts.roster_file_commands import (
    CheckFile,
    DropFile,
    ListFiles,
    ShowFile,
    WriteFile,
)
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
    settings = RosterSettings(("44",), "", house.folder / "nothing")
    parts = {"database": house.database, "vault": house.vault, "settings": settings}
    service = bare(RosterService, **parts, actors=believing(NOW))
    row = Row(
        lambda token: PupilNamesRequest(token, unit),
        Place(path),
        withheld=(lambda actor: actor.role in OUTSIDE, "pupils are named inside their school"),
    )
    with house.database.transaction() as tx:
        student = StudentId(rows_of_class(tx, unit)[0].student)
    history = Row(lambda token: ShowRecordHistory(token, student), Place(path))
    school = house.schools[0]
    at_school = Place(path.removesuffix(f"{unit}/"))
    rows = {
        PupilNamesRequest: row,
        ShowRecordHistory: history,
        RegisterUnits: Row(
            lambda token: RegisterUnits("no.json", token),
            None,
            withheld=(lambda actor: actor.path.count("/") > 1, "the tree is the province's"),
        ),
        CheckRequest: Row(lambda token: CheckRequest("no.xlsx", token, school), at_school),
        CommitRequest: Row(lambda token: CommitRequest("no.xlsx", token, "", school), at_school),
    }
    rows |= _of_files()
    return Stage(service, _paths(house, unit, path), NOW, rows)


def _of_files() -> dict[type, Row]:
    """Files of the actor's own unit: none of these has come, and nobody learns of another one."""
    file, nothing = "f" * 32, ("roster_file",)
    return {
        ListFiles: Row(ListFiles, None),
        **{
            kind: Row(lambda token, kind=kind: kind(token, file), None, earlier=nothing)
            for kind in (CheckFile, WriteFile, DropFile, ShowFile)
        },
    }


def _paths(house: House, unit: UnitCode, path: str) -> dict[str, str]:
    """The units above the class, one beside it at each level, and the class."""
    tree = {one.code: one.path for one in house.province.tree.units}
    return {**tree, f"{unit}-beside": f"{path[:-1]}-beside/", unit: path}
