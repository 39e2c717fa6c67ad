"""The work on roster files, one after the other: dry runs and writing, with how far each is.

A worker that dies leaves a claim that runs out; the next one begins again, and rows that are
written already are unchanged then.
"""

import io
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Row

from services.roster import scope
from services.roster.files import store
from services.roster.files.keeping import Keeping
from services.roster.importing import ImportOptions, check_roster, commit_roster
from services.roster.vault import Vault
from services.roster.workbook import ErrorWorkbook
from shared.contracts.roster_commands import ColumnChoice, ImportReport
from shared.contracts.roster_file_commands import FileState
from shared.kernel.authority import Role
from shared.kernel.errors import DomainError, UnreadableRosterError
from shared.kernel.ids import UnitCode
from shared.plumbing.column_key import SealedColumnError
from shared.plumbing.database import Database

_log = logging.getLogger(__name__)

# Renewed after every batch of rows; counting the classes of the largest file stays below it.
CLAIM_FOR = timedelta(minutes=2)
MAX_ATTEMPTS = 3
# Its cells lie in memory: a file with more wrong rows has one cause, and comes back once mended.
MOST_WRONG_LISTED = 10_000


class ClaimLostError(Exception):
    """Another worker has taken the file over; this one leaves."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the work is done with."""

    database: Database
    vault: Vault
    keeping: Keeping


def run_next(work: Work) -> bool:
    """Do the oldest piece of work that waits; False when there is none."""
    claim, now = secrets.token_hex(8), work.database.clock()
    with work.database.transaction() as tx:
        row = store.claim(tx, at=now, until=now + CLAIM_FOR, claim=claim)
    if row is None:
        return False
    if row.attempts > MAX_ATTEMPTS:
        _refuse(work, row, "given_up")
        return True
    try:
        with work.keeping.opened(row.file, row.size) as path:
            (_check if row.state == FileState.CHECKING else _write)(work, row, path)
    except ClaimLostError:
        _log.warning("roster file taken over", extra={"file": row.file})
    except (UnreadableRosterError, SealedColumnError) as unreadable:
        _refuse(work, row, getattr(unreadable, "reason", "damaged_file"))
    except DomainError as refusal:
        _refuse(work, row, refusal.code)
    return True


def clear(work: Work) -> int:
    """Take files away whose day is over; gives how many."""
    with work.database.transaction() as tx:
        over = store.over(tx, work.database.clock())
        for file in over:
            store.change_file(tx, file, state=FileState.DROPPED)
            store.drop_parts(tx, file)
    return len(over)


def _check(work: Work, row: Row[Any], path: Path) -> None:
    body = io.BytesIO()
    book = ErrorWorkbook(body, most=MOST_WRONG_LISTED)
    report = check_roster(work.database, work.vault, path, _options(work, row), book)
    book.close()
    work.keeping.keep(row.file, store.ERRORS, _pieces(body.getvalue()))
    values = {"file_hash": report.file_hash, "report": _json(report), "wrong_listed": book.rows}
    _done(work, row, state=FileState.CHECKED, rows_done=report.rows, **values)


def _write(work: Work, row: Row[Any], path: Path) -> None:
    report = commit_roster(
        work.database,
        work.vault,
        path,
        _options(work, row),
        checked=row.file_hash,
        accept_large_changes=row.accepts,
    )
    _tick(work, row, report.rows)
    scope.recount(work.database, report.classes)
    _done(work, row, state=FileState.WRITTEN, rows_done=report.rows, written=_json(report))
    with work.database.transaction() as tx:
        store.drop_parts(tx, row.file, store.ROSTER)


def _options(work: Work, row: Row[Any]) -> ImportOptions:
    columns = msgspec.json.decode(row.columns, type=tuple[ColumnChoice, ...])
    return ImportOptions(
        row.person,
        UnitCode(row.school) if row.school else None,
        columns,
        role=Role(row.role),
        within=row.path,
        tick=lambda rows: _tick(work, row, rows),
    )


def _tick(work: Work, row: Row[Any], rows: int) -> None:
    _change(work, row, rows_done=rows, claimed_until=work.database.clock() + CLAIM_FOR)


def _done(work: Work, row: Row[Any], **values: object) -> None:
    _change(work, row, claim=None, claimed_until=None, reason="", **values)


def _change(work: Work, row: Row[Any], **values: object) -> None:
    with work.database.transaction() as tx:
        if not store.change_claimed(tx, row.file, row.claim, **values):
            raise ClaimLostError


def _refuse(work: Work, row: Row[Any], reason: str) -> None:
    """A check that fails refuses the file; what could not be written may be tried again."""
    was_checking = row.state == FileState.CHECKING
    state = FileState.REFUSED if was_checking else FileState.CHECKED
    with work.database.transaction() as tx:
        store.change_claimed(
            tx, row.file, row.claim, state=state, reason=reason, claim=None, claimed_until=None
        )
    _log.warning("roster file refused", extra={"file": row.file, "reason": reason})


def _json(report: ImportReport) -> str:
    return msgspec.json.encode(report).decode()


def _pieces(body: bytes) -> list[bytes]:
    return [body] if body else []
