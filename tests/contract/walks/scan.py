"""Scan: a sheet of one class whose photo was read and looked at."""

from pathlib import Path
from types import SimpleNamespace

from services.scan import batches
from services.scan.image.reading import Cause
from services.scan.places import keep_unit
from services.scan.service import ScanService
from shared.contracts.actors import Actor
from shared.contracts.batch_commands import (
    AssignPage,
    BatchAct,
    BeginBatch,
    CommitBatch,
    DiscardOpen,
    DiscardPage,
    FindSheet,
    HandOverBatch,
    ListBatches,
    ListOpenPages,
    LookAtBatchPage,
    ShowBatch,
    ShowCandidates,
    TakeBackBatch,
    TakeUploadTicket,
    UndoPage,
)
from shared.contracts.events import UnitRegistered
from shared.contracts.look_commands import LookAtPage, LookAtPhoto, ReadCells
from shared.contracts.photo_commands import (
    AssignPhoto,
    Discarded,
    DiscardPhoto,
    ListOpenPhotos,
    ShowOpenPhoto,
    UndoPhoto,
)
from shared.contracts.tick_commands import ShowTicks, Tick, TickSheet
from shared.kernel.authority import DECIDERS, Place, Role
from shared.kernel.ids import FactId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.units import LEVELS, Level
from shared.plumbing.hears import Heard
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.review.house import MONDAY, PATHS
from tests.unit.scan.house import KEY, PROVINCE, SHEET, House, a_code, a_reading
from tests.unit.scan.test_cells import seen

CLASS = Place(PATHS["c11"], managed_by=UnitCode("440305"))


class Hands:
    """Everybody has everything in hands: the table alone decides."""

    def hold(self, person: PersonId, sheet: SheetId) -> bool:
        return True


def _a_batch(house: House) -> str:
    """A pile of the school with one page that nobody can name."""
    of = (KEY.campaign, PROVINCE, UnitCode("s1"), "somebody else")
    batch = batches.begin_batch(house.database, BeginBatch(*of, "digest", 1)).batch
    batches.announce_page(house.database, batch, 1)
    house.page_of(a_reading(cause=Cause.NO_CODE), batches.page_object(batch, 1))
    batches.all_arrived(house.database, batch)
    return batch


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
        settings=SimpleNamespace(scan_ticket_key="00" * 32),
    )
    batch = _a_batch(house)
    school = Place(PATHS["s1"], managed_by=UnitCode("440305"))
    whole = (KEY.campaign, UnitCode("s1"))
    rows = {
        BatchAct: Row(lambda token: BatchAct(batch, token), school),
        HandOverBatch: Row(lambda token: HandOverBatch(batch, token, PersonId("0" * 16)), school),
        CommitBatch: Row(lambda token: CommitBatch(batch, token), school),
        TakeBackBatch: Row(lambda token: TakeBackBatch(batch, token), school),
        ShowBatch: Row(lambda token: ShowBatch(batch, token), school),
        ListBatches: Row(lambda token: ListBatches(*whole, token), school),
        ListOpenPages: Row(lambda token: ListOpenPages(*whole, token), school),
        ShowCandidates: Row(lambda token: ShowCandidates(batch, token, 1), school),
        DiscardOpen: Row(lambda token: DiscardOpen(batch, token, "r"), school),
        DiscardPage: Row(lambda token: DiscardPage(batch, token, 1, "r"), school),
        UndoPage: Row(lambda token: UndoPage(batch, token, 1), school),
        AssignPage: Row(lambda token: AssignPage(batch, token, 1, SHEET, "front"), school),
        FindSheet: Row(lambda token: FindSheet(*whole, token, "1"), school),
        TakeUploadTicket: Row(lambda token: TakeUploadTicket(*whole, token), school),
        LookAtBatchPage: Row(
            lambda token: LookAtBatchPage(batch, token, 1),
            school,
            withheld=(lambda actor: actor.role in DECIDERS, "deciders look at sheets in hands"),
        ),
        ReadCells: Row(lambda token: ReadCells(token, SHEET), CLASS),
        TickSheet: Row(lambda token: TickSheet(token, KEY.campaign, SHEET, Tick.RETURNED), CLASS),
        ShowTicks: Row(
            lambda token: ShowTicks(token, KEY.campaign, UnitCode("c11")),
            CLASS,
            withheld=(_is_above_the_school, "pupils are listed inside their school alone"),
        ),
        LookAtPage: Row(lambda token: LookAtPage(token, SHEET), CLASS),
        LookAtPhoto: Row(
            lambda token: LookAtPhoto(token, open_),
            CLASS,
            withheld=(lambda actor: actor.role in DECIDERS, "deciders look at sheets in hands"),
        ),
        ListOpenPhotos: Row(lambda token: ListOpenPhotos(token, KEY.campaign, unit), CLASS),
        ShowOpenPhoto: Row(lambda token: ShowOpenPhoto(token, open_), CLASS),
        AssignPhoto: Row(lambda token: AssignPhoto(token, open_, SHEET, Side.BACK), CLASS),
        DiscardPhoto: Row(lambda token: DiscardPhoto(token, open_, reason), CLASS),
        UndoPhoto: Row(lambda token: UndoPhoto(token, open_), CLASS),
    }
    return Stage(service, PATHS, MONDAY, rows)


def _is_above_the_school(actor: Actor) -> bool:
    return actor.role in {Role.UNIT_ADMINISTRATOR, Role.REVIEWER, Role.SUPPORT_STAFF}
