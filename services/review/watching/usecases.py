"""Seeing queues, notices and rubber stamps: codes, times and ids, never a value."""

from typing import Any

from sqlalchemy import Row

from services.review import store
from services.review.acting import Acting, acting
from services.review.deciding import queue
from services.review.office import Office
from services.review.watching import store as watching
from services.review.watching.domain import Verdict, figures_of, is_striking
from shared.contracts.actors import Actor
from shared.contracts.fields import FieldKind
from shared.contracts.review_commands import EntryState
from shared.contracts.review_commands import Verdict as Said
from shared.contracts.watch_commands import (
    ListNotices,
    Notice,
    NoticeKind,
    Notices,
    Queue,
    QueuedTask,
    SchoolFigures,
    ShowQueue,
    Watch,
    WatchDecisions,
)
from shared.kernel.authority import Act, Place, Role
from shared.kernel.ids import EntryId, PersonId, UnitCode
from shared.plumbing.database import Tx

SHOWN = 100
_ACTS = {
    Role.REVIEWER: Act.DECIDE_KEY_DATA,
    Role.UNIT_ADMINISTRATOR: Act.WATCH_DECISIONS,
}
_WORST = (NoticeKind.OVERDUE, NoticeKind.DUE_SOON)


def show_queue(office: Office, actor: Actor, request: ShowQueue) -> Queue:
    """The queue of the own unit in its order, with who holds which task until when.

    Raises:
        NotAllowedError: this role neither decides nor watches.
    """
    with (
        acting(office, actor, request, "show_queue", request.campaign) as who,
        office.database.transaction() as tx,
    ):
        _require_own(who)
        of = (request.campaign, actor.unit)
        rows = queue.all_waiting(tx, *of, SHOWN)
        said = watching.kinds_of(tx, [row.entry for row in rows])
        now = office.database.clock()
        who.done(tx)
        return Queue(
            actor.unit,
            queue.waiting(tx, *of),
            tuple(_task(row, said.get((row.entry, row.revision), set()), now) for row in rows),
        )


def list_notices(office: Office, actor: Actor, request: ListNotices) -> Notices:
    """Reminders of the own unit, and what was escalated to it.

    Raises:
        NotAllowedError: this role neither decides nor watches.
    """
    with (
        acting(office, actor, request, "list_notices", request.campaign) as who,
        office.database.transaction() as tx,
    ):
        _require_own(who)
        rows = watching.notices_of(tx, request.campaign, actor.unit)
        who.done(tx)
        return Notices(tuple(_notice(row) for row in rows))


def watch_decisions(office: Office, actor: Actor, request: WatchDecisions) -> Watch:
    """Who decides fast, and which schools change nothing or too much, below a unit.

    Raises:
        UnknownUnitError, NotAllowedError: no such unit, or not below the actor's.
    """
    with (
        acting(office, actor, request, "watch_decisions", request.unit) as who,
        office.database.transaction() as tx,
    ):
        path = store.path_of(tx, request.unit)
        who.require(Place(path), request.unit)
        verdicts = watching.verdicts_below(tx, request.campaign, path)
        schools = _schools(tx, request, path)
        who.done(tx)
        return Watch(request.unit, figures_of(map(_verdict, verdicts)), schools)


def _require_own(who: Acting) -> None:
    act = _ACTS.get(who.actor.role, Act.DECIDE_MAINTENANCE)
    who.require(Place(who.actor.path, managed_by=who.actor.unit), who.actor.unit, act=act)


def _task(row: Row[Any], said: set[str], now: Any) -> QueuedTask:
    is_held = row.held_until is not None and row.held_until > now
    return QueuedTask(
        EntryId(row.entry),
        UnitCode(row.unit),
        row.field,
        FieldKind(row.kind),
        row.due,
        PersonId(row.holder) if is_held else None,
        row.held_until if is_held else None,
        next((kind for kind in _WORST if kind.value in said), None),
    )


def _notice(row: Row[Any]) -> Notice:
    waits = row.state == EntryState.SUBMITTED.value
    return Notice(
        EntryId(row.entry),
        NoticeKind(row.kind),
        UnitCode(row.queue) if waits else None,
        row.due,
        row.at,
    )


def _verdict(row: Row[Any]) -> Verdict:
    seconds = (row.decided_at - row.opened_at).total_seconds()
    return Verdict(
        PersonId(row.decided_by), UnitCode(row.queue), row.verdict == Said.APPROVE, seconds
    )


def _schools(tx: Tx, request: WatchDecisions, path: str) -> tuple[SchoolFigures, ...]:
    back = watching.sheets_by_class(tx, request.campaign, path)
    keyed = watching.key_sheets_by_class(tx, request.campaign, path)
    typed = watching.typed_by_class(tx, path)
    found = []
    for school in watching.schools_below(tx, path):
        sheets = sum(row.back for row in back if row.path.startswith(school.path))
        with_key = sum(row.sheets for row in keyed if row.path.startswith(school.path))
        mine = [row for row in typed if row.path.startswith(school.path)]
        found.append(
            SchoolFigures(
                UnitCode(school.code),
                sheets,
                with_key,
                is_striking(sheets, with_key),
                sum(row.typed for row in mine),
                sum(row.differ for row in mine),
            )
        )
    return tuple(sorted(found, key=lambda one: (not one.is_striking, one.school)))
