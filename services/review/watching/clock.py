"""What the clock does: reminders, escalation, and the end of what nobody touched.

Source: the ministry's ten working days for each step that waits for a decision, and its purge of
requests that nobody touched for six months.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite

from services.review import store
from services.review.domain import Step
from services.review.entries import store as entries
from services.review.entries.steps import Move, say, take_step
from services.review.office import Office
from services.review.tables import entries as entry_table
from services.review.tables import notices
from shared.contracts.change_events import ChangeExpired
from shared.contracts.review_commands import EntryState
from shared.contracts.watch_commands import NoticeKind
from shared.kernel.ids import EntryId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.database import Tx

LIFE = timedelta(days=183)  # six months
SOON = 3  # working days before it is due: seven have passed
AT_ONCE = 200
_CLOCK = "service:review"


def remind(office: Office) -> int:
    """Note which waiting entries are due soon or overdue, and tell the unit above of the latter.

    Done again it changes nothing; gives how many notices are new.
    """
    today = office.today()
    soon = office.rules.days.after(today, SOON)
    question = (
        select(entry_table.c.entry, entry_table.c.revision, entry_table.c.queue)
        .add_columns(entry_table.c.campaign, entry_table.c.due)
        .where(entry_table.c.state == EntryState.SUBMITTED.value, entry_table.c.due <= soon)
        .order_by(entry_table.c.due)
    )
    with office.database.transaction() as tx:
        waiting = tx.execute(question).all()
    told = 0
    for start in range(0, len(waiting), AT_ONCE):
        with office.database.transaction() as tx:
            for row in waiting[start : start + AT_ONCE]:
                told += _note(office, tx, row, is_overdue=row.due <= today)
    return told


def expire(office: Office) -> int:
    """Close what nobody touched for six months; gives how many."""
    before = office.database.clock() - LIFE
    with office.database.transaction() as tx:
        old = _untouched(tx, before)
    return sum(_expire(office, entry, before) for entry in old)


def _expire(office: Office, entry: EntryId, before: datetime) -> bool:
    with office.database.transaction() as tx:
        store.sheet_of(tx, entries.entry_of(tx, entry).sheet, lock=True)
        found = entries.entry_of(tx, entry, lock=True)
        is_waiting = found.state in (EntryState.SUBMITTED, EntryState.RETURNED)
        if not is_waiting or found.touched_at > before:
            return False  # somebody was faster
        moved = take_step(office, tx, found, Move(Step.EXPIRE, _CLOCK))
        told = (moved.campaign, moved.entry, moved.sheet, moved.unit, moved.field)
        say(tx, moved, ChangeExpired(*told, moved.revision))
        return True


def _untouched(tx: Tx, before: datetime) -> Sequence[EntryId]:
    waiting = (EntryState.SUBMITTED.value, EntryState.RETURNED.value)
    question = (
        select(entry_table.c.entry)
        .where(entry_table.c.state.in_(waiting), entry_table.c.touched_at <= before)
        .order_by(entry_table.c.touched_at)
        .limit(AT_ONCE)
    )
    return [EntryId(one) for one in tx.execute(question).scalars()]


def _note(office: Office, tx: Tx, row: Row[Any], *, is_overdue: bool) -> int:
    queue = UnitCode(row.queue)
    kinds = {NoticeKind.OVERDUE if is_overdue else NoticeKind.DUE_SOON: queue}
    up = codes_up(store.path_of(tx, queue))
    if is_overdue and len(up) > 1:
        kinds[NoticeKind.ESCALATED] = up[1]
    insert = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    told = 0
    for kind, unit in kinds.items():
        values = {
            "entry": row.entry,
            "revision": row.revision,
            "kind": kind.value,
            "campaign": row.campaign,
            "unit": unit,
            "at": office.database.clock(),
        }
        written = insert(notices).values(**values).on_conflict_do_nothing()
        told += tx.execute(written).rowcount
    return told
