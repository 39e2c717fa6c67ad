"""What forms does with windows, and what it answers: one function for each."""

import secrets
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec

from services.forms import store
from services.forms.domain import (
    DOWNLOAD_CODE_DIGITS,
    MAX_WRONG_CODES,
    SheetKind,
    code_digest,
    in_print_order,
)
from services.forms.ports import PrintRoom, Shelved
from services.forms.render.file import find_layouts
from services.forms.report import Report
from services.forms.store import Job
from shared.contracts.events import ActDone, WindowClosed, WindowOpened
from shared.contracts.forms_commands import (
    Collected,
    CollectRequest,
    JobRequest,
    JobState,
    Manifest,
    ManifestSheet,
    PrintRequest,
    PrintStarted,
    PrintStatus,
    SheetFace,
    SheetFaceRequest,
)
from shared.kernel.errors import (
    DownloadRefusedError,
    NoPupilInScopeError,
    PrintNotReadyError,
    UnknownJobError,
    UnknownSheetError,
    WindowClosedError,
)
from shared.kernel.ids import ProvinceCode, SheetNumber, StudentId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.sheet_number import sheet_number
from shared.kernel.units import codes_up, province_of
from shared.kernel.windows import Action, Window, nearest_window
from shared.plumbing.acting import telling_refusal
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard


def keep_opened(heard: Heard[WindowOpened]) -> None:
    """Keep a unit's window."""
    fact = heard.fact
    window = Window(fact.opens_at, fact.closes_at)
    with heard.transaction() as tx:
        store.save_window(tx, fact.campaign, fact.unit, fact.action, (window, fact.sequence))


def keep_closed(heard: Heard[WindowClosed]) -> None:
    """Forget a unit's own window; what it inherits holds again."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.save_window(tx, fact.campaign, fact.unit, fact.action, (None, fact.sequence))


def print_class(room: PrintRoom, request: PrintRequest) -> PrintStarted:
    """Start printing one class, or some of its pupils again.

    Raises:
        WindowClosedError: the class may not print now; it says when the window opens.
        NoPupilInScopeError: nobody to print for.
        UnknownTemplateError: no layout for this template and host.
    """
    with _telling_refusal(room.database, request):
        find_layouts(request.template, room.host)
        snapshot = room.roster.snapshot(request.campaign, request.unit)
        wanted = [one.student for one in in_print_order(snapshot.pupils)]
        if request.students:
            wanted = [student for student in wanted if student in set(request.students)]
        if not wanted:
            raise NoPupilInScopeError(request.unit)
    return _start(room.database, request, snapshot.path, (request.unit,))


def print_school(room: PrintRoom, request: PrintRequest) -> PrintStarted:
    """Start printing every class of a school that has pupils in scope.

    Raises:
        WindowClosedError: the school may not print now.
        NoPupilInScopeError: nobody to print for.
        UnknownTemplateError: no layout for this template and host.
    """
    with _telling_refusal(room.database, request):
        find_layouts(request.template, room.host)
        school = room.roster.classes(request.campaign, request.unit)
        classes = [one for one in school.classes if one.in_scope]
        if not classes:
            raise NoPupilInScopeError(request.unit)
    path = classes[0].path
    return _start(room.database, request, path, tuple(one.unit for one in classes))


def job_status(database: Database, request: JobRequest) -> PrintStatus:
    """How a job stands.

    Raises:
        UnknownJobError: there is none.
    """
    with database.transaction() as tx:
        job = _known(tx, request.job)
    report = Report.read(job.row.report)
    return PrintStatus(
        job=job.job,
        unit=job.request.unit,
        state=job.state,
        sheets_done=job.row.sheets_done,
        sheets_total=job.row.sheets_total,
        pages=job.row.pages or 0,
        failure=job.row.failure,
        findings=report.findings,
        expires_at=job.row.expires_at,
    )


def manifest(database: Database, request: JobRequest) -> Manifest:
    """What a printed file holds.

    Raises:
        UnknownJobError: there is no such job.
        PrintNotReadyError: it is not printed.
    """
    with database.transaction() as tx:
        job = _known(tx, request.job)
        rows = store.copies_of_job(tx, request.job)
    if job.row.sha256 is None:
        raise PrintNotReadyError(job.job, job.state)
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


def collect(room: PrintRoom, request: CollectRequest) -> Collected:
    """Hand a printed file over, once, to whoever holds its download code.

    Raises:
        UnknownJobError: there is no such job.
        PrintNotReadyError: it is not printed yet, or it failed.
        DownloadRefusedError: wrong code, or the file was collected or has expired.
    """
    with room.database.transaction() as tx:
        job = _known(tx, request.job)
    if job.state not in (JobState.PRINTED, JobState.COLLECTED, JobState.EXPIRED):
        raise PrintNotReadyError(job.job, job.state)
    _check_code(room.database, job, request)
    shelved = msgspec.json.decode(job.row.shelf, type=Shelved)
    handed = room.shelf.hand_over(job.job, shelved, request.public_key)
    with room.database.transaction() as tx:
        if store.job_of(tx, job.job).state is not JobState.PRINTED:  # type: ignore[union-attr]  # known above
            raise DownloadRefusedError(job.job, "collected")
        store.change_job(tx, job.job, state=JobState.COLLECTED)
        _note(tx, "collect_print", job, request.actor, "done")
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
        file_name=f"{job.request.unit}-{job.job[:8]}.pdf",
    )


def sheet_face(database: Database, request: SheetFaceRequest) -> SheetFace:
    """Whose paper a code belongs to, masked.

    Raises:
        UnknownSheetError: this copy was never printed.
    """
    with database.transaction() as tx:
        face = store.face_of(tx, request.sheet, request.serial)
    if face is None:
        raise UnknownSheetError(request.sheet)
    return face


def _start(
    database: Database, request: PrintRequest, path: str, classes: tuple[UnitCode, ...]
) -> PrintStarted:
    job, download_code = secrets.token_hex(16), _new_download_code()
    with database.transaction() as tx:
        refusal = _closed_window(tx, request, path, database.clock())
        outcome = refusal.code if refusal else "done"
        done = ActDone("print_sheets", job, request.actor, outcome, request.unit)
        tx.say(done, province=province_of(path))
        if refusal is None:
            store.add_job(
                tx,
                {
                    "job": job,
                    "campaign": request.campaign,
                    "unit": request.unit,
                    "path": path,
                    "request": msgspec.json.encode(request),
                    "classes": msgspec.json.encode(classes),
                    "code_digest": code_digest(job, download_code),
                    "requested_at": database.clock(),
                },
            )
    # Raised outside: the audit row of the refusal has to stay.
    if refusal is not None:
        raise refusal
    return PrintStarted(job, download_code)


def _telling_refusal(database: Database, request: PrintRequest) -> AbstractContextManager[None]:
    act = ActDone("print_sheets", request.unit, request.actor, "done", request.unit)
    return telling_refusal(database, act, ProvinceCode(request.campaign.split("-", 1)[0]))


def _closed_window(
    tx: Tx, request: PrintRequest, path: str, at: datetime
) -> WindowClosedError | None:
    action = Action.EXPORT_SHEETS
    settings = store.settings_of(tx, request.campaign, action, codes_up(path))
    window = nearest_window(settings, path)
    if window is not None and window.is_open(at):
        return None
    opens_at = window.opens_at.isoformat() if window is not None and at < window.opens_at else ""
    return WindowClosedError(request.unit, action, opens_at)


def _check_code(database: Database, job: Job, request: CollectRequest) -> None:
    reason = _refusal_of(job, request.download_code)
    if reason is None:
        return
    with database.transaction() as tx:
        if reason == "wrong_code":
            store.change_job(tx, job.job, wrong_codes=job.row.wrong_codes + 1)
        _note(tx, "collect_print", job, request.actor, DownloadRefusedError.code)
    raise DownloadRefusedError(job.job, reason)


def _refusal_of(job: Job, download_code: str) -> str | None:
    if job.row.wrong_codes >= MAX_WRONG_CODES:
        return "too_many_tries"
    digest = code_digest(job.job, download_code.replace(" ", ""))
    if not secrets.compare_digest(digest, job.row.code_digest):
        return "wrong_code"
    if job.state is not JobState.PRINTED:
        return job.state.value
    return None


def _note(tx: Tx, act: str, job: Job, actor: str, outcome: str) -> None:
    done = ActDone(act, job.job, actor, outcome, job.request.unit)
    tx.say(done, province=province_of(job.path))


def _known(tx: Tx, job: str) -> Job:
    found = store.job_of(tx, job)
    if found is None:
        raise UnknownJobError(job)
    return found


def _numbers(base: str, sides: int) -> tuple[SheetNumber, ...]:
    return tuple(sheet_number(base, side) for side in (Side.FRONT, Side.BACK)[:sides])


def _new_download_code() -> str:
    return f"{secrets.randbelow(10**DOWNLOAD_CODE_DIGITS):0{DOWNLOAD_CODE_DIGITS}d}"
