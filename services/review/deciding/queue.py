"""The queues of decisions: per authority, most urgent and oldest first, leased one at a time.

A task is in one person's hands or in nobody's: it is handed out by locking its row, rows that
another transaction has locked are skipped, and a lease that ran out counts for nothing. No task
is lost with a process: what it had in hands is handed out again when the lease ends.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update

from services.review.domain import IN_NO_HANDS, Entry
from services.review.entries.store import entry_from
from services.review.tables import entries, revisions
from shared.contracts.review_commands import EntryState
from shared.kernel.ids import CampaignId, PersonId, SheetId, UnitCode
from shared.plumbing.database import Tx


def in_hands(tx: Tx, person: PersonId, now: datetime) -> Entry | None:
    """The task that a person has in hands; what ran out is put back."""
    mine = and_(entries.c.holder == person, entries.c.state == EntryState.SUBMITTED.value)
    row = tx.execute(select(entries).where(mine).with_for_update()).one_or_none()
    if row is None:
        return None
    if row.held_until <= now:
        put_back(tx, person)
        return None
    return entry_from(row)


def holds_sheet(tx: Tx, person: PersonId, sheet: SheetId, now: datetime) -> bool:
    """Whether the task that a person has in hands is about a sheet."""
    mine = and_(entries.c.holder == person, entries.c.held_until > now)
    return bool(tx.execute(select(exists().where(mine, entries.c.sheet == sheet))).scalar())


def put_back(tx: Tx, person: PersonId) -> None:
    """Take whatever a person has in hands out of them."""
    mine = and_(entries.c.holder == person, entries.c.state == EntryState.SUBMITTED.value)
    tx.execute(update(entries).where(mine).values(**IN_NO_HANDS))


def take_next(
    tx: Tx,
    campaign: CampaignId,
    queue: UnitCode,
    person: PersonId,
    now: datetime,
) -> Entry | None:
    """The most urgent task of a queue that nobody has and this person did not make; locked."""
    question = (
        select(entries)
        .where(
            _waits_in(campaign, queue),
            or_(entries.c.held_until.is_(None), entries.c.held_until <= now),
            _not_made_by(person),
        )
        .order_by(entries.c.due, entries.c.touched_at, entries.c.entry)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = tx.execute(question).one_or_none()
    return None if row is None else entry_from(row)


def lease(tx: Tx, entry: Entry, person: PersonId, now: datetime, length: timedelta) -> Entry:
    """Put a locked task into a person's hands, or leave it there longer."""
    since = entry.held_since if entry.holder == person and entry.held_since else now
    held = replace(entry, holder=person, held_since=since, held_until=now + length)
    values = {"holder": held.holder, "held_since": since, "held_until": held.held_until}
    tx.execute(update(entries).where(entries.c.entry == entry.entry).values(**values))
    return held


def waiting(tx: Tx, campaign: CampaignId, queue: UnitCode) -> int:
    """How many tasks wait in a queue, in hands or not."""
    question = select(func.count()).where(_waits_in(campaign, queue))
    return int(tx.execute(question).scalar_one())


def all_waiting(tx: Tx, campaign: CampaignId, queue: UnitCode, limit: int) -> Sequence[Row[Any]]:
    """The first tasks of a queue as they will be handed out, with who holds them."""
    question = (
        select(entries)
        .where(_waits_in(campaign, queue))
        .order_by(entries.c.due, entries.c.touched_at, entries.c.entry)
        .limit(limit)
    )
    return tx.execute(question).all()


def _waits_in(campaign: CampaignId, queue: UnitCode) -> ColumnElement[bool]:
    return and_(
        entries.c.state == EntryState.SUBMITTED.value,
        entries.c.queue == queue,
        entries.c.campaign == campaign,
    )


def _not_made_by(person: PersonId) -> ColumnElement[bool]:
    made = exists().where(revisions.c.entry == entries.c.entry, revisions.c.submitted_by == person)
    return and_(entries.c.entered_by != person, ~made)
