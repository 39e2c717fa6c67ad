"""Two records that claim one ID number, looked at side by side before anything is approved."""

from services.review import store
from services.review.acting import acting
from services.review.deciding.authority import check_queue
from services.review.entries import store as entries
from services.review.office import Office
from shared.contracts.actors import Actor
from shared.contracts.record_commands import FieldValues
from shared.contracts.review_commands import DuplicateShown, TaskCommand
from shared.kernel.masking import masked_id, masked_name
from shared.kernel.names import shown as name_as_shown

_SHOWN = ("name", "sex", "birth_date", "id_number", "student_number")


def show_duplicate(office: Office, actor: Actor, request: TaskCommand) -> DuplicateShown:
    """Both records, masked; that this person looked is kept, and lets them approve.

    Raises:
        UnknownEntryError, NotAllowedError: it is not this actor's to decide.
        RecordsAwayError: roster did not answer.
    """
    with acting(office, actor, request, "show_duplicate", request.entry) as who:
        with office.database.transaction() as tx:
            entry = entries.entry_of(tx, request.entry)
            check_queue(who, entry, store.place_of(tx, entry.unit))
            sealed = entries.sealed_of(tx, entry.entry)
        proposed = office.vault.open(entry.entry, sealed).new
        own = office.records.values_of(entry.student, _SHOWN, None)
        holder = office.records.holder_of(entry.student, proposed)
        other = None
        if holder.student is not None:
            other = _masked(office.records.values_of(holder.student, _SHOWN, None))
        with office.database.transaction() as tx:
            entries.note_look(tx, entry, who.person, office.database.clock())
            who.done(tx, entry.field)
        return DuplicateShown(entry.entry, _masked(own), other, holder.unit)


def _masked(found: FieldValues) -> dict[str, str]:
    values = dict(found.values)
    for key, mask in (("id_number", masked_id), ("student_number", masked_id)):
        if key in values:
            values[key] = mask(values[key])
    if "name" in values:
        values["name"] = masked_name(name_as_shown(values["name"]))
    return values
