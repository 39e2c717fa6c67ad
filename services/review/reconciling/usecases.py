"""Paper against entries: seeing how sheets stand, settling differences, finishing a sheet."""

from typing import Any

from sqlalchemy import Row

from services.review import store
from services.review.acting import acting
from services.review.entries import store as entries
from services.review.entries.desk import open_desk
from services.review.office import Office
from services.review.reconciling import store as settlements
from services.review.reconciling.standing import (
    Difference,
    differences,
    is_settled,
    paper_of,
    tell_standing,
)
from shared.contracts.actors import Actor
from shared.contracts.lane_commands import (
    ClassStanding,
    Disagreement,
    FinishSheet,
    SettleDisagreement,
    SettleReason,
    SheetStanding,
    ShowClass,
    ShowSheet,
)
from shared.contracts.seen import Ink
from shared.kernel.errors_review import NoDisagreementError, WordsNeededError
from shared.kernel.ids import PersonId, SheetId, StudentId, UnitCode
from shared.plumbing.database import Tx

_ORDER = {Ink.INK: 0, Ink.UNSURE: 1, Ink.BLANK: 2}


def show_sheet(office: Office, actor: Actor, request: ShowSheet) -> SheetStanding:
    """How a sheet stands; fields with ink first, then in the order of the form.

    Raises:
        UnknownSheetError, NotAllowedError: no such sheet, or not at this school.
    """
    with (
        acting(office, actor, request, "show_sheet", request.sheet) as who,
        office.database.transaction() as tx,
    ):
        row = store.sheet_of(tx, request.sheet)
        who.sheet = request.sheet
        who.require(store.place_of(tx, row.unit), row.unit)
        who.done(tx)
        return standing_of(office, tx, row)


def show_class(office: Office, actor: Actor, request: ShowClass) -> ClassStanding:
    """How the sheets of a class stand.

    Raises:
        UnknownUnitError, NotAllowedError: no such class, or not at this school.
    """
    with (
        acting(office, actor, request, "show_class", request.unit) as who,
        office.database.transaction() as tx,
    ):
        who.require(store.place_of(tx, request.unit), request.unit)
        rows = settlements.sheets_of(tx, request.campaign, request.unit)
        found = [standing_of(office, tx, row) for row in rows]
        if request.only_open:
            found = [one for one in found if any(d.reason is None for d in one.disagreements)]
        who.done(tx)
        return ClassStanding(request.unit, tuple(found))


def settle_disagreement(office: Office, actor: Actor, request: SettleDisagreement) -> SheetStanding:
    """Say why paper and entries may differ; it holds for the picture that shows it now.

    Raises:
        NoDisagreementError: they do not differ so.
        WordsNeededError: "other" says nothing.
        WindowClosedError, SheetNotBackError, NotAllowedError: not now, not this, not you.
    """
    with acting(office, actor, request, "settle_disagreement", request.sheet) as who:
        if request.reason is SettleReason.OTHER and not request.note:
            raise WordsNeededError(request.sheet)
        with office.database.transaction() as tx:
            open_desk(office, tx, who, request.sheet)
            paper = paper_of(store.sheet_of(tx, request.sheet), store.cells_of(tx, request.sheet))
            wanted = Difference(request.field, request.kind)
            if wanted not in differences(paper, entries.states_of(tx, request.sheet)):
                raise NoDisagreementError(request.sheet, request.field)
            key = {
                "sheet": request.sheet,
                "field": request.field,
                "kind": request.kind.value,
            }
            row = f"settlement\0{request.sheet}\0{request.field}\0{request.kind}"
            values = {
                "object": paper.pictures[request.field][0],
                "reason": request.reason.value,
                "note": office.vault.seal_words(row, request.note),
                "settled_by": who.person,
                "settled_at": office.database.clock(),
            }
            settlements.settle(tx, key, values)
            tell_standing(tx, request.sheet)
            who.done(tx, request.field)
            return standing_of(office, tx, store.sheet_of(tx, request.sheet))


def finish_sheet(office: Office, actor: Actor, request: FinishSheet) -> SheetStanding:
    """Say that a sheet holds nothing else: its paper was seen by a person, not by a machine.

    Raises:
        WindowClosedError, SheetNotBackError, NotAllowedError: not now, not this, not you.
    """
    with (
        acting(office, actor, request, "finish_sheet", request.sheet) as who,
        office.database.transaction() as tx,
    ):
        open_desk(office, tx, who, request.sheet)
        store.change_sheet(tx, request.sheet, finished_by=who.person)
        tell_standing(tx, request.sheet)
        who.done(tx)
        return standing_of(office, tx, store.sheet_of(tx, request.sheet))


def standing_of(office: Office, tx: Tx, row: Row[Any]) -> SheetStanding:
    """A sheet with its paper, its disagreements, and where the paper shows an old value."""
    sheet = SheetId(row.sheet)
    paper = paper_of(row, store.cells_of(tx, sheet))
    settled = settlements.settled_of(tx, sheet)
    place = office.place_in_form()
    cells = {key: Ink(ink) for key, ink in paper.cells.items()}
    order = sorted(cells, key=lambda key: (_ORDER[cells[key]], place.get(key, 0)))
    stale = store.changed_since(tx, StudentId(row.student), row.record_version)
    found = differences(paper, entries.states_of(tx, sheet))
    return SheetStanding(
        sheet=sheet,
        unit=UnitCode(row.unit),
        number_in_class=row.number_in_class,
        serial=row.serial,
        is_returned=row.is_returned,
        is_photographed=row.is_photographed,
        is_declined=row.is_declined,
        is_whole=paper.is_whole,
        is_signed=paper.is_signed,
        is_confirmed=row.is_confirmed,
        is_entered=row.is_entered,
        cells={key: cells[key] for key in order},
        stale_fields=tuple(sorted(stale)),
        disagreements=tuple(
            _shown(one, settled[one.field, one.kind.value])
            if is_settled(one, paper, settled)
            else Disagreement(one.field, one.kind)
            for one in found
        ),
    )


def _shown(difference: Difference, row: Row[Any]) -> Disagreement:
    reason, by = SettleReason(row.reason), PersonId(row.settled_by)
    return Disagreement(difference.field, difference.kind, reason, by)
