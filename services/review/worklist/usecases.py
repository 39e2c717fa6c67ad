"""The clerks' work: what a school still has to do, and everything about one sheet of it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter

from services.review import store
from services.review.acting import acting
from services.review.domain import ASKING
from services.review.entries import store as entries
from services.review.entries.showing import shown
from services.review.lane.domain import is_candidate
from services.review.office import Office
from services.review.reconciling.standing import differences, is_settled, paper_of
from services.review.reconciling.usecases import standing_of
from services.review.worklist.domain import SENT_BACK, Standing, chore_of, urgency
from services.review.worklist.store import Kept, drafts_below, unfinished
from shared.contracts.actors import Actor
from shared.contracts.desk_commands import (
    Chore,
    CountDrafts,
    Drafts,
    FieldValue,
    LaneClass,
    OpenSheet,
    SheetOpened,
    ShowWork,
    Work,
    WorkSheet,
)
from shared.contracts.fields import FieldKind
from shared.contracts.record_commands import FieldValues
from shared.contracts.review_commands import EntryShown, EntryState
from shared.kernel.authority import Place
from shared.kernel.ids import PersonId, SheetId, StudentId, UnitCode
from shared.plumbing.database import Database, Tx

MOST_SHEETS = 200
# Whoever typed so short a time ago still sits over the sheet.
_AT_IT = timedelta(minutes=5)
_DRAFTS = frozenset({EntryState.DRAFTED.value, EntryState.QUERIED.value})
_OF_THE_PUPIL = "name"


def show_work(office: Office, actor: Actor, request: ShowWork) -> Work:
    """What the actor's own school still has to do about sheets that came back.

    Raises:
        NotAllowedError: this role enters nothing.
    """
    with (
        acting(office, actor, request, "show_work", actor.unit) as who,
        office.database.transaction() as tx,
    ):
        who.require(Place(actor.path), actor.unit)
        now = office.database.clock()
        found = [_work_sheet(one, who.person, now) for one in _unfinished(tx, actor, request)]
        who.done(tx)
    lanes = Counter(one.unit for one in found if one.chore is Chore.NO_CHANGE)
    wanted = sorted((one for one in found if request.chore in (None, one.chore)), key=urgency)
    return Work(
        actor.unit,
        dict(Counter(one.chore for one in found)),
        tuple(wanted[: max(1, min(request.limit, MOST_SHEETS))]),
        tuple(LaneClass(unit, count) for unit, count in sorted(lanes.items())),
    )


def count_drafts(database: Database, request: CountDrafts) -> Drafts:
    """How many drafts lie at or below a unit, outside the units set apart.

    Raises:
        UnknownUnitError: nobody has told of this unit.
    """
    with database.transaction() as tx:
        path = store.path_of(tx, request.unit)
        apart = store.paths_of(tx, request.apart)
        return Drafts(drafts_below(tx, request.campaign, path, apart, _DRAFTS))


def open_sheet(office: Office, actor: Actor, request: OpenSheet) -> SheetOpened:
    """Everything that entering from one sheet needs, except pictures and readings.

    Raises:
        UnknownSheetError, NotAllowedError: no such sheet, or not at this school.
        RecordsAwayError: roster did not answer.
    """
    with acting(office, actor, request, "open_sheet", request.sheet) as who:
        with office.database.transaction() as tx:
            row = store.sheet_of(tx, request.sheet)
            who.sheet = request.sheet
            who.require(store.place_of(tx, row.unit), row.unit)
            opened = standing_of(office, tx, row)
            own = _entries(office, tx, request.sheet)
        fields = _fields(office, opened.cells, own)
        # Roster is asked between two transactions, as ever.
        current = office.records.values_of(StudentId(row.student), fields, row.record_version)
        with office.database.transaction() as tx:
            who.done(tx, *fields)
        return SheetOpened(opened, own, _values(fields, current))


def _unfinished(tx: Tx, actor: Actor, request: ShowWork) -> list[Kept]:
    return unfinished(tx, request.campaign, actor.path)


def _work_sheet(kept: Kept, person: PersonId, now: datetime) -> WorkSheet:
    row, states = kept.row, kept.states
    paper = paper_of(row, kept.sides)
    open_ = [
        one.kind for one in differences(paper, states) if not is_settled(one, paper, kept.settled)
    ]
    every = frozenset[EntryState]().union(*states.values()) if states else frozenset()
    lane = is_candidate(
        paper, states, is_back=row.is_returned and not row.is_declined, is_stale=kept.is_stale
    )
    chore = chore_of(Standing(every, open_, lane, bool(every & ASKING)))
    drafts = [one for one in kept.entries if one.state in _DRAFTS]
    others = [one for one in drafts if one.entered_by != person and one.touched_at > now - _AT_IT]
    return WorkSheet(
        SheetId(row.sheet),
        UnitCode(row.unit),
        row.number_in_class,
        chore,
        _since(kept, chore),
        sum(ink == "ink" for ink in paper.cells.values()),
        sum(ink == "unsure" for ink in paper.cells.values()),
        len(drafts),
        max(others, key=attrgetter("touched_at")).entered_by if others else None,
    )


def _since(kept: Kept, chore: Chore) -> datetime | None:
    back = {state.value for state in SENT_BACK}
    times: list[datetime] = (
        [one.touched_at for one in kept.entries if one.state in back]
        if chore is Chore.SENT_BACK
        else [side.said_at for side in kept.sides]
    )
    return min(times, default=None)


def _entries(office: Office, tx: Tx, sheet: SheetId) -> tuple[EntryShown, ...]:
    place = office.place_in_form()
    found = sorted(entries.entries_of(tx, sheet), key=lambda one: place.get(one.field, 0))
    return tuple(shown(office, tx, one, with_history=True) for one in found)


def _fields(office: Office, cells: Iterable[str], own: tuple[EntryShown, ...]) -> tuple[str, ...]:
    """What stands on the sheet; on paper that no machine has read, whatever may be entered."""
    entered = [one.key for one in office.catalogue.fields if one.kind is not FieldKind.SHOWN]
    seen = set(cells)
    if not seen:
        return tuple(entered)
    wanted = {*seen, *(one.field for one in own), _OF_THE_PUPIL}
    return tuple(key for key in entered if key in wanted)


def _values(fields: tuple[str, ...], found: FieldValues) -> tuple[FieldValue, ...]:
    printed = found.printed
    return tuple(
        FieldValue(
            key,
            found.values.get(key, ""),
            None if printed is None else printed.get(key, ""),
        )
        for key in fields
    )
