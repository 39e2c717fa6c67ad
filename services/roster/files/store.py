"""Named questions about roster files and their sealed parts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from services.roster.tables import roster_file_parts, roster_files
from shared.contracts.roster_file_commands import FileState
from shared.kernel.ids import UnitCode
from shared.plumbing.database import Database, Tx

ROSTER, ERRORS = "roster", "errors"
_WORK = (FileState.CHECKING, FileState.WRITING)
_ALIVE = (FileState.ARRIVING, FileState.ARRIVED, FileState.CHECKED, FileState.REFUSED)


def add_file(tx: Tx, values: Mapping[str, object]) -> None:
    """A file that begins to arrive."""
    start = {"columns": "[]", "accepts": False, "file_hash": "", "rows_done": 0, "reason": ""}
    tx.execute(
        insert(roster_files).values(
            **start, state=FileState.ARRIVING, wrong_listed=0, attempts=0, **values
        )
    )


def file_of(tx: Tx, file: str, *, lock: bool = False) -> Row[Any] | None:
    """A file by its id."""
    question = select(roster_files).where(roster_files.c.file == file)
    return tx.execute(question.with_for_update() if lock else question).one_or_none()


def change_file(tx: Tx, file: str, **values: object) -> None:
    """Change a file."""
    tx.execute(update(roster_files).where(roster_files.c.file == file).values(**values))


def recent(tx: Tx, unit: UnitCode, *, most: int) -> Sequence[Row[Any]]:
    """The latest files of a unit that arrived whole."""
    question = select(roster_files).where(
        roster_files.c.unit == unit, roster_files.c.state != FileState.ARRIVING
    )
    ordered = question.order_by(roster_files.c.begun_at.desc(), roster_files.c.file)
    return tx.execute(ordered.limit(most)).all()


def alive_bytes(tx: Tx, unit: UnitCode) -> int:
    """What the files of a unit take that are not over."""
    question = select(func.coalesce(func.sum(roster_files.c.size), 0)).where(
        roster_files.c.unit == unit, roster_files.c.state.in_([*_ALIVE, *_WORK])
    )
    return int(tx.execute(question).scalar_one())


def claim(tx: Tx, *, at: datetime, until: datetime, claim: str) -> Row[Any] | None:
    """Take the oldest file that waits for its check or writing, or whose worker was lost."""
    free = or_(roster_files.c.claimed_until.is_(None), roster_files.c.claimed_until <= at)
    oldest = (
        select(roster_files.c.file)
        .where(roster_files.c.state.in_(_WORK), free)
        .order_by(roster_files.c.begun_at, roster_files.c.file)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    file = tx.execute(oldest).scalar_one_or_none()
    if file is None:
        return None
    change_file(
        tx,
        file,
        claim=claim,
        claimed_until=until,
        attempts=roster_files.c.attempts + 1,
        rows_done=0,
    )
    return file_of(tx, file)


def change_claimed(tx: Tx, file: str, held_by: str, **values: object) -> bool:
    """Change a file that this worker still holds; False when another one took it over."""
    held = (roster_files.c.file == file, roster_files.c.claim == held_by)
    return tx.execute(update(roster_files).where(*held).values(**values)).rowcount == 1


def over(tx: Tx, at: datetime) -> list[str]:
    """Files whose day is over and whose parts are still here."""
    question = select(roster_files.c.file).where(
        roster_files.c.ends_at <= at, roster_files.c.state.in_(_ALIVE)
    )
    return list(tx.execute(question).scalars())


def put_part(tx: Tx, key: tuple[str, str, int], body: bytes) -> None:
    """Write a part; what was there is replaced."""
    file, kind, number = key
    where = (
        roster_file_parts.c.file == file,
        roster_file_parts.c.kind == kind,
        roster_file_parts.c.number == number,
    )
    tx.execute(delete(roster_file_parts).where(*where))
    tx.execute(insert(roster_file_parts).values(file=file, kind=kind, number=number, body=body))


def parts_of(database: Database, file: str, kind: str) -> Iterator[tuple[int, bytes]]:
    """The sealed parts in order, each read in a transaction of its own."""
    number = 0
    while True:
        question = select(roster_file_parts.c.body).where(
            roster_file_parts.c.file == file,
            roster_file_parts.c.kind == kind,
            roster_file_parts.c.number == number,
        )
        with database.transaction() as tx:
            body = tx.execute(question).scalar_one_or_none()
        if body is None:
            return
        yield number, bytes(body)
        number += 1


def drop_parts(tx: Tx, file: str, kind: str | None = None) -> None:
    """Take the parts of a file away, or those of one kind."""
    which = delete(roster_file_parts).where(roster_file_parts.c.file == file)
    tx.execute(which if kind is None else which.where(roster_file_parts.c.kind == kind))
