"""How far printing has come: what is printed is in the books, what is in scope roster says."""

from collections.abc import Mapping

from services.forms import store
from services.forms.ports import PrintRoom, RosterAwayError
from services.forms.store import NewestCopy
from shared.contracts.acts import act_of
from shared.contracts.printing_commands import (
    ClassPrinted,
    ClassPrinting,
    JobBrief,
    ListPrinting,
    PrintingStands,
    PupilPrinted,
    ShowClassPrinting,
)
from shared.contracts.roster_commands import ClassVersions, PupilVersion, RecordVersions
from shared.kernel.authority import Place
from shared.kernel.errors import RecordsAwayError, UnknownUnitError
from shared.kernel.ids import CampaignId, StudentId, UnitCode
from shared.plumbing.acting import Deed, looking
from shared.plumbing.actors import Actors

MOST_JOBS = 20


def list_printing(room: PrintRoom, actors: Actors, request: ListPrinting) -> PrintingStands:
    """The classes of the actor's own school with what is printed, and its latest jobs.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or another role's work.
        RecordsAwayError: roster does not answer.
    """
    actor = actors.of(request.actor)
    actor.require(act_of(request), Place(actor.path))
    school = _versions(room, request.campaign, actor.unit)
    students = [pupil.student for one in school.classes for pupil in one.pupils]
    with room.database.transaction() as tx:
        copies = store.newest_copies(tx, request.campaign, students)
        jobs = store.jobs_below(tx, request.campaign, actor.path, most=MOST_JOBS)
    return PrintingStands(
        school.unit,
        school.name,
        tuple(_class(one, copies) for one in school.classes),
        tuple(
            JobBrief(
                one.job,
                one.order.unit,
                one.state,
                one.row.sheets_done,
                one.row.sheets_total,
                one.row.requested_at,
                bool(one.order.students),
            )
            for one in jobs
        ),
    )


def show_class_printing(
    room: PrintRoom, actors: Actors, request: ShowClassPrinting
) -> ClassPrinting:
    """The pupils of a class with the newest print of their sheets.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school's class.
        UnknownUnitError: no such class.
        RecordsAwayError: roster does not answer.
    """
    actor = actors.of(request.actor)
    found = _versions(room, request.campaign, request.unit)
    with looking(room.database, actor, Deed("see_printing", request.unit, request.unit)) as tx:
        actor.require(act_of(request), Place(found.path))
        if [one.unit for one in found.classes] != [request.unit]:
            raise UnknownUnitError(request.unit)  # a school: its classes one by one
        one = found.classes[0]
        copies = store.newest_copies(tx, request.campaign, [two.student for two in one.pupils])
    return ClassPrinting(one.unit, one.name, tuple(_pupil(two, copies) for two in one.pupils))


def _versions(room: PrintRoom, campaign: CampaignId, unit: UnitCode) -> RecordVersions:
    try:
        return room.roster.versions(campaign, unit)
    except RosterAwayError:
        raise RecordsAwayError(unit) from None


def _class(one: ClassVersions, copies: Mapping[StudentId, NewestCopy]) -> ClassPrinted:
    found = [copies[pupil.student] for pupil in one.pupils if pupil.student in copies]
    return ClassPrinted(
        one.unit,
        one.name,
        len(one.pupils),
        len(found),
        sum(_is_stale(pupil, copies) for pupil in one.pupils),
        max((copy.printed_at for copy in found), default=None),
    )


def _pupil(pupil: PupilVersion, copies: Mapping[StudentId, NewestCopy]) -> PupilPrinted:
    copy = copies.get(pupil.student)
    return PupilPrinted(
        pupil.student,
        pupil.number_in_class,
        copy.serial if copy is not None else 0,
        copy.printed_at if copy is not None else None,
        _is_stale(pupil, copies),
    )


def _is_stale(pupil: PupilVersion, copies: Mapping[StudentId, NewestCopy]) -> bool:
    copy = copies.get(pupil.student)
    return copy is not None and copy.record_version < pupil.version
