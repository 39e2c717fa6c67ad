"""What people ask about bulk scans: batches, open pages, pictures of pages, a ticket to upload."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.scan import batch_report, candidates, store
from services.scan.cells.looking import view_of
from services.scan.cells.store import flat_page
from services.scan.holding import Aim, Asked, Desk, aim_of, page_object, require_at
from services.scan.papers import PAGE
from services.scan.places import place_of
from services.scan.submitting import Origin
from services.scan.uploads.ticket import MAX_LIFE, Tickets
from shared.contracts.acts import act_of
from shared.contracts.batch_commands import (
    Batches,
    BatchReport,
    Candidates,
    ListBatches,
    ListOpenPages,
    LookAtBatchPage,
    OpenPages,
    ShowBatch,
    ShowCandidates,
    TakeUploadTicket,
    UploadTicket,
)
from shared.contracts.look_commands import PageToOpen
from shared.kernel.authority import DECIDERS, Act
from shared.kernel.errors import NotAllowedError, PageNotSeenError
from shared.kernel.ids import ActorToken, ObjectId, SheetId, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.acting import Deed, acting, looking
from shared.plumbing.database import Tx

_HOUR = timedelta(hours=1)


def show_batch(desk: Desk, request: ShowBatch) -> BatchReport:
    """A batch with every page and who is missing; for whoever fixes pages at its school.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        UnknownBatchError: there is none.
    """
    _check_batch(desk, request, "see_batch")
    return batch_report.report(desk.database, request.batch)


def list_batches(desk: Desk, request: ListBatches) -> Batches:
    """The batches of a school, newest first.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        UnknownUnitError: nobody has told of this school.
    """
    _check_school(desk, request, "see_batches")
    found = batch_report.reports(desk.database, request.campaign, request.school)
    return Batches(tuple(replace(one, listed=(), classes=()) for one in found))


def list_open_pages(desk: Desk, request: ListOpenPages) -> OpenPages:
    """The pages of a school that only a person can place, oldest first.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        UnknownUnitError: nobody has told of this school.
    """
    _check_school(desk, request, "see_open_pages")
    return OpenPages(candidates.queue(desk.database, request.campaign, request.school))


def show_candidates(desk: Desk, request: ShowCandidates) -> Candidates:
    """The sheets a page may be, the likeliest first.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        UnknownBatchError, UnknownPageError: there is none, or it was not read yet.
    """
    _check_batch(desk, request, "see_candidates")
    of = (request.batch, request.page)
    return Candidates(candidates.candidates(desk.database, *of, most=request.most))


def look_at_batch_page(desk: Desk, request: LookAtBatchPage) -> PageToOpen:
    """Which view shows a page of a batch; whoever is told this looks at it.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school or class.
        PageNotSeenError: there is no such page, or it has no view yet.
    """
    with desk.database.transaction() as tx:
        aim = aim_of(tx, request.batch, request.page)
    note_look(desk, request.actor, aim, "look_at_page")
    view, _row = view_to_open(desk, page_object(request.batch, request.page))
    return PageToOpen(view, None, None)


def view_to_open(desk: Desk, object_: ObjectId) -> tuple[ObjectId, Row[Any]]:
    """The view of a page, and what was seen on it.

    Raises:
        PageNotSeenError: nobody has laid it flat yet.
    """
    with desk.database.transaction() as tx:
        row = flat_page(tx, object_, PAGE)
    if row is None:
        raise PageNotSeenError(object_)
    return view_of(object_, SheetId(row.sheet) if row.sheet else None), row


def aim_of_photo(tx: Tx, object_: ObjectId) -> Aim:
    """Where a photo lies that is no page of a batch.

    In the class of its sheet or ticket, else in the one it was taken for.
    """
    known = store.page_of(tx, object_)
    whose = None if known is None else known.sheet or known.ticket
    of = store.sheet_of(tx, SheetId(whose)) if whose else None
    if of is None:
        unit = store.class_of(tx, object_)
        return Aim(object_, unit, unit)
    return Aim(object_, UnitCode(of.unit), UnitCode(of.unit), SheetId(of.sheet))


def note_look(
    desk: Desk, token: ActorToken, aim: Aim, act: str, fields: tuple[str, ...] = ()
) -> None:
    """Put a look at one page on record, before it is one.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school or class.
    """
    actor = desk.actors.of(token)
    deed = Deed(act, aim.object, aim.school, fields=fields, sheet=aim.sheet)
    with acting(desk.database, actor, deed) as tx:
        # Who decides sees paper by the decision in hands, never by the pile.
        if aim.unit is None or actor.role in DECIDERS:
            raise NotAllowedError(Act.SEE_PAGE)
        actor.require(Act.SEE_PAGE, place_of(tx, aim.unit))


def take_ticket(desk: Desk, tickets: Tickets, request: TakeUploadTicket) -> UploadTicket:
    """A ticket for the upload door, in the name of whoever asks.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        UnknownUnitError: nobody has told of this school.
    """
    actor = desk.actors.of(request.actor)
    life = min(max(1, request.hours) * _HOUR, MAX_LIFE)
    until = desk.database.clock() + life
    deed = Deed("issue_scan_ticket", request.campaign, request.school)
    with acting(desk.database, actor, deed) as tx:
        actor.require(act_of(request), place_of(tx, request.school))
    who = Origin(request.campaign, province_of(actor.path), request.school, actor.person)
    return UploadTicket(tickets.sign(who, until), until)


def handing_in(desk: Desk, request: TakeUploadTicket) -> Origin:
    """Whose bulk scan it is that somebody hands in beside the database.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        UnknownUnitError: nobody has told of this school.
    """
    actor = desk.actors.of(request.actor)
    _check_school(desk, request, "hand_in_batch")
    return Origin(request.campaign, province_of(actor.path), request.school, actor.person)


def _check_batch(desk: Desk, request: Asked, act: str) -> None:
    actor = desk.actors.of(request.actor)
    with desk.database.transaction() as tx:
        aim = aim_of(tx, request.batch)
    with looking(desk.database, actor, Deed(act, request.batch, aim.school)) as tx:
        require_at(tx, actor, request, aim)


def _check_school(
    desk: Desk, request: ListBatches | ListOpenPages | TakeUploadTicket, act: str
) -> None:
    actor = desk.actors.of(request.actor)
    deed = Deed(act, request.campaign, request.school)
    with looking(desk.database, actor, deed) as tx:
        actor.require(act_of(request), place_of(tx, request.school))
