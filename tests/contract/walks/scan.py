"""Scan: a sheet of one class whose photo was read and looked at."""

from pathlib import Path

from services.scan.image.reading import Cause
from services.scan.places import keep_unit
from services.scan.service import ScanService
from shared.contracts.events import UnitRegistered
from shared.contracts.look_commands import LookAtPage, ReadCells
from shared.contracts.photo_commands import (
    AssignPhoto,
    Discarded,
    DiscardPhoto,
    ListOpenPhotos,
    ShowOpenPhoto,
    UndoPhoto,
)
from shared.kernel.authority import Place
from shared.kernel.ids import FactId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.units import LEVELS, Level
from shared.plumbing.hears import Heard
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.review.house import MONDAY, PATHS
from tests.unit.scan.house import KEY, PROVINCE, SHEET, House, a_code
from tests.unit.scan.test_cells import seen

CLASS = Place(PATHS["c11"], managed_by=UnitCode("440305"))


class Hands:
    """Everybody has everything in hands: the table alone decides."""

    def hold(self, person: PersonId, sheet: SheetId) -> bool:
        return True


def stage(folder: Path) -> Stage:
    house = House(folder)
    for code, path in PATHS.items():
        level, managed_by = LEVELS[path.count("/") - 1], UnitCode("440305")
        fact = UnitRegistered(
            UnitCode(code), level, None, path, managed_by if level is Level.SCHOOL else None, 1
        )
        keep_unit(Heard(fact, FactId(f"unit-{code}"), MONDAY, PROVINCE, 1, "u", house.database))
    house.issue_for(UnitCode("c11"), SHEET)
    object_ = house.photo(a_code())
    house.look_at(object_, seen())
    open_, unit, reason = house.photo(cause=Cause.NO_CODE), UnitCode("c11"), Discarded.NOT_LEGIBLE
    service = bare(
        ScanService,
        database=house.database,
        actors=believing(MONDAY),
        looker=house,
        hands=Hands(),
    )
    rows = {
        ReadCells: Row(lambda token: ReadCells(token, SHEET), CLASS),
        LookAtPage: Row(lambda token: LookAtPage(token, SHEET), CLASS),
        ListOpenPhotos: Row(lambda token: ListOpenPhotos(token, KEY.campaign, unit), CLASS),
        ShowOpenPhoto: Row(lambda token: ShowOpenPhoto(token, open_), CLASS),
        AssignPhoto: Row(lambda token: AssignPhoto(token, open_, SHEET, Side.BACK), CLASS),
        DiscardPhoto: Row(lambda token: DiscardPhoto(token, open_, reason), CLASS),
        UndoPhoto: Row(lambda token: UndoPhoto(token, open_), CLASS),
    }
    return Stage(service, PATHS, MONDAY, rows)
