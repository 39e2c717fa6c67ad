"""A sheet seen before it is printed: the real values under codes that no key of ours has made."""

import os
import secrets
from datetime import timedelta

import msgspec

from services.forms import store
from services.forms.domain import in_print_order
from services.forms.planning import DEFAULT_TITLE
from services.forms.ports import PrintRoom, RosterAwayError, ShelfAwayError, Shelved
from services.forms.render.file import find_layouts
from services.forms.render.job import ClassSheets, Copy, PrintJob, PupilSheet
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import ActDone
from shared.contracts.printing_commands import Previewed, PreviewSheet
from shared.contracts.roster_commands import ClassSnapshot
from shared.kernel.authority import Place
from shared.kernel.errors import NoPupilInScopeError, RecordsAwayError
from shared.kernel.ids import SheetId
from shared.kernel.sheet_code import CodeKey
from shared.kernel.units import province_of
from shared.plumbing.acting import telling_refusal
from shared.plumbing.actors import Actors

LIES_FOR = timedelta(minutes=5)
SAMPLE = "样张，不能使用"
# Of nobody: neither issued, nor under a key that anybody checks with.
_COPY = Copy(SheetId("000000000000"), 1, "0000000000000")


def preview_sheet(room: PrintRoom, actors: Actors, request: PreviewSheet) -> Previewed:
    """A picture of the first pupil's sheet of a class, sealed; looking at it is on record.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school's class.
        UnknownUnitError: no such class.
        NoPupilInScopeError: nobody to print for.
        UnknownTemplateError: no layout for this template and host.
        RecordsAwayError: roster or the bucket does not answer.
    """
    actor = actors.of(request.actor)
    act = ActDone(
        "preview_sheet", request.unit, actor.person, "done", request.unit, role=actor.role
    )
    with telling_refusal(room.database, act, province_of(actor.path)):
        find_layouts(request.template, room.host)
        snapshot = _allowed(room, actor, request)
    picture = room.picture(_job(room, request, snapshot))
    if not picture:
        raise NoPupilInScopeError(request.unit)
    preview = secrets.token_hex(16)
    try:
        province = province_of(snapshot.path)
        shelved = room.shelf.put(preview, province, request.campaign, picture)
    except ShelfAwayError:
        raise RecordsAwayError(request.unit) from None
    with room.database.transaction() as tx:
        ends_at = room.database.clock() + LIES_FOR
        store.add_preview(tx, preview, msgspec.json.encode(shelved), ends_at)
        tx.say(act, province=province_of(actor.path))
    return _handed_over(room, preview, shelved, request)


def discard_previews(room: PrintRoom) -> int:
    """Remove pictures whose minutes are over; answers how many."""
    with room.database.transaction() as tx:
        expired = store.expired_previews(tx, at=room.database.clock())
    for preview, shelf in expired:
        room.shelf.discard(msgspec.json.decode(shelf, type=Shelved))
        with room.database.transaction() as tx:
            store.forget_preview(tx, preview)
    return len(expired)


def _allowed(room: PrintRoom, actor: Actor, request: PreviewSheet) -> ClassSnapshot:
    """The class, after it is known to be one of the actor's."""
    try:
        place = Place(room.roster.versions(request.campaign, request.unit).path)
        actor.require(act_of(request), place)
        return room.roster.snapshot(request.campaign, request.unit)
    except RosterAwayError:
        raise RecordsAwayError(request.unit) from None


def _job(room: PrintRoom, request: PreviewSheet, snapshot: ClassSnapshot) -> PrintJob:
    first = in_print_order(snapshot.pupils)[0]
    pupil = PupilSheet(
        first.student,
        _COPY,
        first.record_version,
        first.student_number,
        first.number_in_class,
        first.values,
    )
    return PrintJob(
        campaign=request.campaign,
        campaign_name=SAMPLE,
        title=DEFAULT_TITLE,
        host=room.host,
        template=request.template,
        code_key=CodeKey(request.campaign, province_of(snapshot.path), os.urandom(32)),
        ledger_key=os.urandom(32),
        fonts=room.fonts,
        classes=(ClassSheets(snapshot.unit, snapshot.school_name, snapshot.class_name, (pupil,)),),
    )


def _handed_over(
    room: PrintRoom, preview: str, shelved: Shelved, request: PreviewSheet
) -> Previewed:
    handed = room.shelf.hand_over(preview, shelved, request.public_key)
    return Previewed(
        preview,
        handed.url,
        handed.wrapped_key,
        handed.suite,
        shelved.province,
        shelved.campaign,
        shelved.object,
        handed.rendition,
    )
