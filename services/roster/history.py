"""Every change of every field of a record: when, from what to what, by which decision."""

from services.roster import record_store, store
from services.roster.vault import Vault
from shared.contracts.acts import act_of
from shared.contracts.record_commands import FieldChange, RecordHistory, ShowRecordHistory
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownStudentError
from shared.kernel.ids import ObjectId, StudentId, UnitCode
from shared.plumbing.acting import Deed, acting
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx


def show_history(
    database: Database, vault: Vault, actors: Actors, request: ShowRecordHistory
) -> RecordHistory:
    """The history of one record, oldest first, for who enters changes at its school.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of this school.
        UnknownStudentError: there is no such record.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("show_record_history", request.student)) as tx:
        row = record_store.record_of(tx, request.student)
        unit = None if row is None else store.unit_of(tx, UnitCode(row.unit))
        if row is None or unit is None:
            raise UnknownStudentError(request.student)
        actor.require(act_of(request), Place(unit.path))
        changes = record_store.history_of(tx, request.student)
        sealed = _versions(tx, request.student) | {row.version: bytes(row.record)}
    opened = {number: vault.open(request.student, record) for number, record in sealed.items()}
    return RecordHistory(
        request.student,
        tuple(
            FieldChange(
                one.version,
                one.field,
                opened.get(one.version - 1, {}).get(one.field, ""),
                opened.get(one.version, {}).get(one.field, ""),
                one.at,
                one.cause,
                one.actor,
                tuple(ObjectId(proof) for proof in one.evidence.split(",") if proof),
            )
            for one in changes
        ),
    )


def _versions(tx: Tx, student: StudentId) -> dict[int, bytes]:
    return {row.version: bytes(row.record) for row in record_store.records_before(tx, student)}
