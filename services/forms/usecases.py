"""What forms does with windows, and how a print is asked for: one function for each."""

import secrets
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec

from services.forms import store
from services.forms.domain import DOWNLOAD_CODE_DIGITS, PrintOrder, code_digest, in_print_order
from services.forms.ports import PrintRoom
from services.forms.render.file import find_layouts
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import ActDone, WindowClosed, WindowOpened
from shared.contracts.forms_commands import (
    PrintRequest,
    PrintStarted,
    SheetFace,
    SheetFaceRequest,
)
from shared.kernel.authority import Place
from shared.kernel.errors import (
    NoPupilInScopeError,
    UnknownSheetError,
    UnknownUnitError,
    WindowClosedError,
)
from shared.kernel.ids import UnitCode
from shared.kernel.units import codes_up, province_of
from shared.kernel.windows import Action, Window, nearest_window
from shared.plumbing.acting import Deed, acting, telling_refusal
from shared.plumbing.actors import Actors
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


def print_class(room: PrintRoom, actors: Actors, request: PrintRequest) -> PrintStarted:
    """Start printing one class, or some of its pupils again.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or no registrar of this school.
        UnknownUnitError: no such class.
        WindowClosedError: the class may not print now; it says when the window opens.
        NoPupilInScopeError: nobody to print for.
        UnknownTemplateError: no layout for this template and host.
    """
    actor = actors.of(request.actor)
    with _telling_refusal(room.database, actor, request):
        school = room.roster.classes(request.campaign, request.unit)
        path = next((one.path for one in school.classes if one.unit == request.unit), None)
        actor.require(act_of(request), Place(path or school.path))
        if path is None:
            raise UnknownUnitError(request.unit)
        find_layouts(request.template, room.host)
        # Values move only for somebody who may print them.
        snapshot = room.roster.snapshot(request.campaign, request.unit)
        wanted = {one.student for one in in_print_order(snapshot.pupils)}
        if request.students:
            wanted &= set(request.students)
        if not wanted:
            raise NoPupilInScopeError(request.unit)
    return _start(room.database, actor, request, (path, (request.unit,)))


def print_school(room: PrintRoom, actors: Actors, request: PrintRequest) -> PrintStarted:
    """Start printing every class of a school that has pupils in scope.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or no registrar of this school.
        UnknownUnitError: no such school.
        WindowClosedError: the school may not print now.
        NoPupilInScopeError: nobody to print for.
        UnknownTemplateError: no layout for this template and host.
    """
    actor = actors.of(request.actor)
    with _telling_refusal(room.database, actor, request):
        school = room.roster.classes(request.campaign, request.unit)
        actor.require(act_of(request), Place(school.path))
        if school.unit != request.unit:
            raise UnknownUnitError(request.unit)
        find_layouts(request.template, room.host)
        classes = tuple(one.unit for one in school.classes if one.in_scope)
        if not classes:
            raise NoPupilInScopeError(request.unit)
    return _start(room.database, actor, request, (school.path, classes))


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
    database: Database,
    actor: Actor,
    request: PrintRequest,
    what: tuple[str, tuple[UnitCode, ...]],
) -> PrintStarted:
    path, classes = what
    job, download_code = secrets.token_hex(16), _new_download_code()
    purpose = request.reason.value if request.reason is not None else None
    with acting(database, actor, Deed("print_sheets", job, request.unit, purpose)) as tx:
        _check_window(tx, request, path, database.clock())
        store.add_job(
            tx,
            {
                "job": job,
                "campaign": request.campaign,
                "unit": request.unit,
                "path": path,
                "request": msgspec.json.encode(_order(request)),
                "classes": msgspec.json.encode(classes),
                "code_digest": code_digest(job, download_code),
                "requested_at": database.clock(),
            },
        )
    return PrintStarted(job, download_code)


def _order(request: PrintRequest) -> PrintOrder:
    return PrintOrder(
        request.campaign,
        request.unit,
        request.campaign_name,
        request.template,
        request.with_cover,
        request.students,
    )


def _telling_refusal(
    database: Database, actor: Actor, request: PrintRequest
) -> AbstractContextManager[None]:
    act = ActDone("print_sheets", request.unit, actor.person, "done", request.unit, role=actor.role)
    return telling_refusal(database, act, province_of(actor.path))


def _check_window(tx: Tx, request: PrintRequest, path: str, at: datetime) -> None:
    action = Action.EXPORT_SHEETS
    settings = store.settings_of(tx, request.campaign, action, codes_up(path))
    window = nearest_window(settings, path)
    if window is not None and window.is_open(at):
        return
    opens_at = window.opens_at.isoformat() if window is not None and at < window.opens_at else ""
    raise WindowClosedError(request.unit, action, opens_at)


def _new_download_code() -> str:
    return f"{secrets.randbelow(10**DOWNLOAD_CODE_DIGITS):0{DOWNLOAD_CODE_DIGITS}d}"
