"""The changes of a school as its leader finds them: by class, old beside new."""

from datetime import datetime

from services.review import store
from services.review.acting import Acting, acting
from services.review.deciding import queue
from services.review.domain import Entry
from services.review.entries import store as entries
from services.review.entries.showing import shown
from services.review.entries.store import entry_from
from services.review.office import Office
from shared.contracts.actors import Actor
from shared.contracts.leader_commands import ListSchoolChanges, SchoolChange, SchoolChanges
from shared.kernel.authority import Place
from shared.plumbing.database import Tx

SHOWN = 100


def list_school_changes(office: Office, actor: Actor, request: ListSchoolChanges) -> SchoolChanges:
    """What waits for the leader of a school, the most urgent ones first chosen, then by class.

    Raises:
        NotAllowedError: not the leader of a school.
    """
    with (
        acting(office, actor, request, "list_changes", request.campaign) as who,
        office.database.transaction() as tx,
    ):
        who.require(Place(actor.path), actor.unit)
        of = (request.campaign, actor.unit)
        rows = queue.all_waiting(tx, *of, SHOWN)
        now, place = office.database.clock(), office.place_in_form()
        found = [_change(office, tx, who, entry_from(row), now) for row in rows]
        fields = {one.field for one in found}
        who.done(tx, *sorted(fields, key=lambda key: place.get(key, 0)))
        found.sort(key=lambda one: _in_class(one, place.get(one.field, 0)))
        return SchoolChanges(actor.unit, queue.waiting(tx, *of), tuple(found))


def _change(office: Office, tx: Tx, who: Acting, entry: Entry, now: datetime) -> SchoolChange:
    seen = shown(office, tx, entry)
    is_held = entry.held_until is not None and entry.held_until > now
    return SchoolChange(
        entry=entry.entry,
        unit=entry.unit,
        student=entry.student,
        number_in_class=store.sheet_of(tx, entry.sheet).number_in_class,
        field=entry.field,
        kind=entry.kind,
        old=seen.old,
        new=seen.new,
        is_stale=seen.is_stale,
        due=entry.due,
        with_other=entry.holder if is_held and entry.holder != who.person else None,
        is_own=who.person in {entry.entered_by, *entries.makers_of(tx, entry.entry)},
    )


def _in_class(one: SchoolChange, field: int) -> tuple[str, bool, int, str, int]:
    number = one.number_in_class
    return one.unit, number is None, number or 0, one.student, field
