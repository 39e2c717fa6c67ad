"""How far single sheets have come: of a class inside its school, and of one that a question is about."""

from services.progress import counting, store
from services.progress.domain import SheetFlags
from services.progress.overview import INSIDE_SCHOOL, allowed_path
from shared.contracts.acts import act_of
from shared.contracts.progress_commands import (
    ClassSheets,
    ClassSheetsRequest,
    PupilSheet,
    SheetStages,
    SheetStagesRequest,
    StagesTold,
)
from shared.kernel.authority import Act
from shared.kernel.errors import NotAllowedError, UnknownSheetError, UnknownUnitError
from shared.kernel.ids import SheetId
from shared.kernel.units import Level
from shared.plumbing.acting import Deed, acting
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database


def class_sheets(database: Database, actors: Actors, request: ClassSheetsRequest) -> ClassSheets:
    """How far every issued sheet of a class has come.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of the staff of this school.
        UnknownUnitError: no such class.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("see_class", request.campaign, request.unit)) as tx:
        allowed_path(tx, actor, act_of(request), request.unit)
        if actor.role not in INSIDE_SCHOOL:
            raise NotAllowedError(Act.EXPORT_NAMES)
        if store.level_of(tx, request.unit) is not Level.CLASS:
            raise UnknownUnitError(request.unit)
        (unit,) = counting.tallies_of(tx, request.campaign, counting.the_unit(request.unit))
        found = store.sheets_in(tx, request.campaign, request.unit)
    pupils = tuple(PupilSheet(one.student, stages_of(sheet, one)) for sheet, one in found.items())
    return ClassSheets(request.unit, unit.tally.counts.in_scope, pupils)


def sheet_stages(database: Database, actors: Actors, request: SheetStagesRequest) -> StagesTold:
    """How far one sheet has come; nothing of it says whose it is.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownSheetError: nobody has said that it was issued.
    """
    actor = actors.of(request.actor)
    deed = Deed("see_stages", request.sheet, actor.unit, sheet=request.sheet)
    with acting(database, actor, deed) as tx:
        flags = store.sheet_in(tx, request.campaign, request.sheet)
        if flags is None:
            raise UnknownSheetError(request.sheet)
        allowed_path(tx, actor, act_of(request), flags.unit)
    return StagesTold(flags.unit, stages_of(request.sheet, flags))


def stages_of(sheet: SheetId, flags: SheetFlags) -> SheetStages:
    """The stages of a sheet as its flags say them."""
    counts = flags.tally().counts
    return SheetStages(
        sheet,
        flags.number_in_class,
        is_photographed=flags.photographed,
        is_returned=bool(counts.returned),
        is_declined=bool(counts.declined),
        to_retake=bool(counts.to_retake),
        is_entered=bool(counts.entered),
        is_decided=bool(counts.decided),
    )
