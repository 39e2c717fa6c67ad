"""What a registrar asks about a print job: how it stands, what is in it, and the file, once."""

import secrets

import msgspec

from services.forms import store
from services.forms.domain import MAX_WRONG_CODES, SheetKind, code_digest
from services.forms.ports import PrintRoom, Shelved
from services.forms.report import Report
from services.forms.store import Job
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.forms_commands import (
    Collected,
    CollectRequest,
    JobRequest,
    JobState,
    Manifest,
    ManifestSheet,
    PrintStatus,
)
from shared.kernel.authority import Place
from shared.kernel.errors import DownloadRefusedError, PrintNotReadyError, UnknownJobError
from shared.kernel.ids import SheetNumber, StudentId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.sheet_number import sheet_number
from shared.plumbing.acting import Deed, acting, looking, note
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx


def job_status(database: Database, actors: Actors, request: JobRequest) -> PrintStatus:
    """How a job stands.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or no registrar of this school.
        UnknownJobError: there is none.
    """
    actor = actors.of(request.actor)
    with looking(database, actor, Deed("see_print", request.job)) as tx:
        job = _allowed(tx, actor, request)
    report = Report.read(job.row.report)
    return PrintStatus(
        job=job.job,
        unit=job.order.unit,
        state=job.state,
        sheets_done=job.row.sheets_done,
        sheets_total=job.row.sheets_total,
        pages=job.row.pages or 0,
        failure=job.row.failure,
        findings=report.findings,
        expires_at=job.row.expires_at,
    )


def manifest(database: Database, actors: Actors, request: JobRequest) -> Manifest:
    """What a printed file holds.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or no registrar of this school.
        UnknownJobError: there is no such job.
        PrintNotReadyError: it is not printed.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("see_manifest", request.job)) as tx:
        job = _allowed(tx, actor, request)
        if job.row.sha256 is None:
            raise PrintNotReadyError(job.job, job.state)
        rows = store.copies_of_job(tx, request.job)
    report = Report.read(job.row.report)
    return Manifest(
        job=job.job,
        sha256=job.row.sha256,
        fonts=report.fonts,
        layouts=report.layouts,
        sheets=tuple(
            ManifestSheet(
                unit=UnitCode(row.unit),
                sheet=row.sheet,
                student=StudentId(row.holder),
                serial=row.serial,
                layout=row.layout,
                numbers=_numbers(row.number_base, row.page_count),
                record_version=row.record_version,
                number_in_class=row.number_in_class,
                pages=tuple(range(row.first_page, row.first_page + row.page_count)),
            )
            for row in rows
            if row.kind == SheetKind.SHEET
        ),
    )


def collect(room: PrintRoom, actors: Actors, request: CollectRequest) -> Collected:
    """Hand a printed file over, once, to a registrar of its school who holds its download code.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or no registrar of this school.
        UnknownJobError: there is no such job.
        PrintNotReadyError: it is not printed yet, or it failed.
        DownloadRefusedError: wrong code, or the file was collected or has expired.
    """
    actor = actors.of(request.actor)
    deed = Deed("collect_print", request.job)
    with looking(room.database, actor, deed) as tx:
        job = _allowed(tx, actor, request)
        if job.state not in (JobState.PRINTED, JobState.COLLECTED, JobState.EXPIRED):
            raise PrintNotReadyError(job.job, job.state)
    _check_code(room.database, actor, job, request)
    shelved = msgspec.json.decode(job.row.shelf, type=Shelved)
    handed = room.shelf.hand_over(job.job, shelved, request.public_key)
    with acting(room.database, actor, Deed("collect_print", job.job, job.order.unit)) as tx:
        if store.job_of(tx, job.job).state is not JobState.PRINTED:  # type: ignore[union-attr]  # known above
            raise DownloadRefusedError(job.job, "collected")
        store.change_job(tx, job.job, state=JobState.COLLECTED)
    return Collected(
        job=job.job,
        url=handed.url,
        wrapped_key=handed.wrapped_key,
        suite=handed.suite,
        province=shelved.province,
        campaign=shelved.campaign,
        object=shelved.object,
        rendition=handed.rendition,
        sha256=job.row.sha256,
        file_name=f"{job.order.unit}-{job.job[:8]}.pdf",
    )


def _allowed(tx: Tx, actor: Actor, request: JobRequest | CollectRequest) -> Job:
    """A job of the actor's own school.

    Raises:
        UnknownJobError: there is none.
        NotAllowedError, ActorRefusedError: not this actor's.
    """
    job = store.job_of(tx, request.job)
    if job is None:
        raise UnknownJobError(request.job)
    actor.require(act_of(request), Place(job.path))
    return job


def _check_code(database: Database, actor: Actor, job: Job, request: CollectRequest) -> None:
    """Refuse a wrong code, and count it; the count stays although the act is refused."""
    reason = _refusal_of(job, request.download_code)
    if reason is None:
        return
    refusal = DownloadRefusedError(job.job, reason)
    with database.transaction() as tx:
        if reason == "wrong_code":
            store.change_job(tx, job.job, wrong_codes=job.row.wrong_codes + 1)
        note(tx, actor, Deed("collect_print", job.job, job.order.unit), refusal.code)
    raise refusal


def _refusal_of(job: Job, download_code: str) -> str | None:
    if job.row.wrong_codes >= MAX_WRONG_CODES:
        return "too_many_tries"
    digest = code_digest(job.job, download_code.replace(" ", ""))
    if not secrets.compare_digest(digest, job.row.code_digest):
        return "wrong_code"
    if job.state is not JobState.PRINTED:
        return job.state.value
    return None


def _numbers(base: str, sides: int) -> tuple[SheetNumber, ...]:
    return tuple(sheet_number(base, side) for side in (Side.FRONT, Side.BACK)[:sides])
