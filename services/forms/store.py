"""The books of forms: named questions over its tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, insert, or_, select, update

from services.forms.domain import LastCopy, PrintOrder, SheetKind
from services.forms.tables import copies, jobs, previews, sheets, windows
from shared.contracts.forms_commands import JobState, SheetFace
from shared.kernel.ids import CampaignId, SheetId, StudentId, UnitCode
from shared.kernel.windows import Action, Window
from shared.plumbing.database import Tx

# SQLite takes at most 32,766 variables in one statement.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Job:
    """A print job as the books hold it."""

    job: str
    order: PrintOrder
    path: str
    classes: tuple[UnitCode, ...]
    state: JobState
    attempts: int
    row: Row[Any]


@dataclass(frozen=True, slots=True)
class NewestCopy:
    """The newest print of a pupil's sheet, and of which version of the record."""

    serial: int
    record_version: int
    printed_at: datetime


# Windows


def save_window(
    tx: Tx, campaign: CampaignId, unit: UnitCode, action: Action, setting: tuple[Window | None, int]
) -> None:
    """Keep a unit's setting (None: it has none of its own) unless a newer one is known."""
    window, sequence = setting
    where = (
        windows.c.campaign == campaign,
        windows.c.unit == unit,
        windows.c.action == action.value,
    )
    known = tx.execute(select(windows.c.sequence).where(*where)).scalar_one_or_none()
    values = {
        "opens_at": window.opens_at if window else None,
        "closes_at": window.closes_at if window else None,
        "sequence": sequence,
    }
    if known is None:
        key = {"campaign": campaign, "unit": unit, "action": action.value}
        tx.execute(insert(windows), {**key, **values})
    elif known < sequence:
        tx.execute(update(windows).where(*where).values(**values))


def settings_of(
    tx: Tx, campaign: CampaignId, action: Action, units: Iterable[UnitCode]
) -> dict[UnitCode, Window]:
    """The own settings of these units."""
    found = tx.execute(
        select(windows.c.unit, windows.c.opens_at, windows.c.closes_at).where(
            windows.c.campaign == campaign,
            windows.c.action == action.value,
            windows.c.unit.in_(list(units)),
            windows.c.opens_at.is_not(None),
        )
    )
    return {UnitCode(row.unit): Window(row.opens_at, row.closes_at) for row in found}


# Jobs


def add_job(tx: Tx, values: Mapping[str, object]) -> None:
    """A new job in the queue."""
    start = {"state": JobState.QUEUED, "attempts": 0, "wrong_codes": 0}
    tx.execute(insert(jobs), {**start, "sheets_done": 0, "sheets_total": 0, **values})


def claim_job(tx: Tx, *, at: datetime, until: datetime, claim: str) -> Job | None:
    """Take the oldest job that waits, or whose worker was lost; None when there is none."""
    waiting = or_(
        jobs.c.state == JobState.QUEUED,
        (jobs.c.state == JobState.RUNNING) & (jobs.c.claimed_until <= at),
    )
    ready = or_(jobs.c.claimed_until.is_(None), jobs.c.claimed_until <= at)
    oldest = (
        select(jobs.c.job)
        .where(waiting, ready)
        .order_by(jobs.c.requested_at, jobs.c.job)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = tx.execute(oldest).scalar_one_or_none()
    if job is None:
        return None
    tx.execute(
        update(jobs)
        .where(jobs.c.job == job)
        .values(
            state=JobState.RUNNING,
            claim=claim,
            claimed_until=until,
            attempts=jobs.c.attempts + 1,
            sheets_done=0,
        )
    )
    return job_of(tx, job)


def job_of(tx: Tx, job: str) -> Job | None:
    """One job."""
    row = tx.execute(select(jobs).where(jobs.c.job == job)).one_or_none()
    if row is None:
        return None
    return Job(
        job=row.job,
        order=msgspec.json.decode(row.request, type=PrintOrder),
        path=row.path,
        classes=tuple(msgspec.json.decode(row.classes, type=list[UnitCode])),
        state=JobState(row.state),
        attempts=row.attempts,
        row=row,
    )


def change_claimed(tx: Tx, job: str, claim: str, **values: object) -> bool:
    """Change a job that this worker still holds; False when another one took it over."""
    held = (jobs.c.job == job, jobs.c.claim == claim, jobs.c.state == JobState.RUNNING)
    return tx.execute(update(jobs).where(*held).values(**values)).rowcount == 1


def change_job(tx: Tx, job: str, **values: object) -> None:
    """Change a job, whoever holds it."""
    tx.execute(update(jobs).where(jobs.c.job == job).values(**values))


def expired_jobs(tx: Tx, *, at: datetime) -> list[Job]:
    """Jobs whose file is to be discarded."""
    found = tx.execute(
        select(jobs.c.job).where(
            jobs.c.shelf.is_not(None),
            jobs.c.expires_at <= at,
            jobs.c.state.in_([JobState.PRINTED, JobState.COLLECTED]),
        )
    ).scalars()
    return [job for one in list(found) if (job := job_of(tx, one)) is not None]


def jobs_below(tx: Tx, campaign: CampaignId, path: str, *, most: int) -> list[Job]:
    """The newest jobs of a unit and everything below it."""
    found = tx.execute(
        select(jobs.c.job)
        .where(jobs.c.campaign == campaign, jobs.c.path.startswith(path, autoescape=True))
        .order_by(jobs.c.requested_at.desc(), jobs.c.job)
        .limit(most)
    ).scalars()
    return [job for one in list(found) if (job := job_of(tx, one)) is not None]


# Previews


def add_preview(tx: Tx, preview: str, shelf: bytes, expires_at: datetime) -> None:
    """A picture that lies for some minutes."""
    tx.execute(insert(previews).values(preview=preview, shelf=shelf, expires_at=expires_at))


def expired_previews(tx: Tx, *, at: datetime) -> list[tuple[str, bytes]]:
    """Pictures to be removed."""
    found = tx.execute(
        select(previews.c.preview, previews.c.shelf).where(previews.c.expires_at <= at)
    )
    return [(row.preview, bytes(row.shelf)) for row in found]


def forget_preview(tx: Tx, preview: str) -> None:
    """A picture is gone."""
    tx.execute(delete(previews).where(previews.c.preview == preview))


# Sheets and copies


def newest_copies(
    tx: Tx, campaign: CampaignId, students: Sequence[StudentId]
) -> dict[StudentId, NewestCopy]:
    """The newest print of each pupil's sheet who has one."""
    last = last_copies(tx, campaign, SheetKind.SHEET, students)
    holders = {copy.sheet: StudentId(holder) for holder, copy in last.items()}
    found: dict[StudentId, NewestCopy] = {}
    for some in _parts(list(holders)):
        question = select(
            copies.c.sheet, copies.c.serial, copies.c.record_version, copies.c.printed_at
        ).where(copies.c.sheet.in_(some))
        for row in tx.execute(question):
            student = holders[SheetId(row.sheet)]
            if row.serial == last[student].serial:
                found[student] = NewestCopy(row.serial, row.record_version, row.printed_at)
    return found


def last_copies(
    tx: Tx, campaign: CampaignId, kind: SheetKind, holders: Sequence[str]
) -> dict[str, LastCopy]:
    """The newest copy of each holder that has one."""
    newest: dict[str, LastCopy] = {}
    for some in _parts(holders):
        found = tx.execute(
            select(
                sheets.c.holder,
                sheets.c.sheet,
                sheets.c.generation,
                func.max(copies.c.serial).label("serial"),
            )
            .join(copies, copies.c.sheet == sheets.c.sheet)
            .where(
                sheets.c.campaign == campaign,
                sheets.c.kind == kind.value,
                sheets.c.holder.in_(some),
            )
            .group_by(sheets.c.holder, sheets.c.sheet, sheets.c.generation)
            .order_by(sheets.c.generation)
        )
        for row in found:
            newest[row.holder] = LastCopy(SheetId(row.sheet), row.generation, row.serial)
    return newest


def taken_sheets(tx: Tx, drawn: Sequence[str]) -> set[str]:
    """Which of these sheet ids are in the books already."""
    taken: set[str] = set()
    for some in _parts(drawn):
        found = tx.execute(select(sheets.c.sheet).where(sheets.c.sheet.in_(some)))
        taken.update(found.scalars())
    return taken


def taken_numbers(tx: Tx, drawn: Sequence[str]) -> set[str]:
    """Which of these number bases are in the books already."""
    taken: set[str] = set()
    for some in _parts(drawn):
        found = tx.execute(select(copies.c.number_base).where(copies.c.number_base.in_(some)))
        taken.update(found.scalars())
    return taken


def add_copies(
    tx: Tx, new_sheets: Sequence[Mapping[str, Any]], new_copies: Sequence[Mapping[str, Any]]
) -> None:
    """Write printed copies into the books; a collision fails the whole transaction."""
    if new_sheets:
        tx.execute(insert(sheets), new_sheets)
    if new_copies:
        tx.execute(insert(copies), new_copies)


def copies_of_job(tx: Tx, job: str) -> list[Row[Any]]:
    """The copies a job printed with their holders, covers included, by page."""
    return list(
        tx.execute(
            select(copies, sheets.c.holder, sheets.c.kind)
            .join(sheets, sheets.c.sheet == copies.c.sheet)
            .where(copies.c.job == job)
            .order_by(copies.c.first_page)
        )
    )


def face_of(tx: Tx, sheet: SheetId, serial: int) -> SheetFace | None:
    """What a public page may say about a copy."""
    row = tx.execute(
        select(copies).where(copies.c.sheet == sheet, copies.c.serial == serial)
    ).one_or_none()
    if row is None:
        return None
    newest = tx.execute(
        select(func.max(copies.c.serial)).where(copies.c.sheet == sheet)
    ).scalar_one()
    return SheetFace(
        masked_name=row.masked_name,
        school_name=row.school_name,
        class_name=row.class_name,
        printed_at=row.printed_at,
        is_superseded=newest > serial,
    )


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
