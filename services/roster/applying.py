"""Approved changes become the record: once each, by compare-and-set against the old value."""

from dataclasses import dataclass
from typing import Any, Protocol

from services.roster import record_store, store
from services.roster.values import Values, encoded
from services.roster.vault import Vault
from shared.contracts.change_events import ChangeApplied, ChangeApproved, ChangeConflicted
from shared.contracts.events import RecordChanged
from shared.contracts.record_commands import ApprovedValue
from shared.kernel.ids import EntryId, StudentId, UnitCode
from shared.plumbing.database import Tx
from shared.plumbing.hears import Heard, Reject

_ID_NUMBER, _PLACE = "id_number", "number_in_class"


class Approvals(Protocol):
    """Asks review for approved values; never inside a transaction."""

    def value_of(self, entry: EntryId, revision: int) -> ApprovedValue:
        """What was approved."""
        ...


@dataclass(frozen=True, slots=True)
class _Record:
    """A pupil's record as it is now."""

    student: StudentId
    unit: UnitCode
    version: int
    sealed: bytes
    values: Values


def apply_change(heard: Heard[ChangeApproved], vault: Vault, approvals: Approvals) -> None:
    """Put an approved value into the record, or say that the record had changed meanwhile.

    Raises:
        RejectError: review knows another pupil or field for this entry, or there is no record.
    """
    fact = heard.fact
    if heard.is_known():
        return
    approved = approvals.value_of(fact.entry, fact.revision)
    if (approved.student, approved.field) != (fact.student, fact.field):
        raise Reject("other_entry")
    with heard.transaction() as tx:
        row = record_store.record_of(tx, fact.student, lock=True)
        if row is None:
            raise Reject("unknown_student")
        sealed = bytes(row.record)
        values = vault.open(fact.student, sealed)
        record = _Record(fact.student, UnitCode(row.unit), row.version, sealed, values)
        held = values.get(fact.field, "")
        told = (fact.entry, fact.student, fact.field, fact.revision)
        if held == approved.new:
            # It stands there already, by an import: nothing is left to do.
            tx.say(ChangeApplied(*told, record.version), province=heard.province)
        elif held == approved.old:
            version = _write(heard, tx, vault, record, approved)
            tx.say(ChangeApplied(*told, version), province=heard.province)
        else:
            tx.say(ChangeConflicted(*told, record.version), province=heard.province)


def _write(
    heard: Heard[ChangeApproved], tx: Tx, vault: Vault, record: _Record, approved: ApprovedValue
) -> int:
    field, now = approved.field, heard.database.clock()
    cause = f"{record_store.DECISION}{approved.entry}.{approved.revision}"
    after = {key: value for key, value in record.values.items() if key != field}
    if approved.new:
        after[field] = approved.new
    plain, version = encoded(after), record.version + 1
    change: dict[str, Any] = {
        "version": version,
        "record": vault.seal(record.student, plain),
        "digest": vault.digest(plain),
    }
    if field == _PLACE:
        change[_PLACE] = int(approved.new) if approved.new else None
    store.keep_history(tx, record.student, record.version, record.sealed, now, cause)
    store.change_pupil(tx, record.student, change, [])
    record_store.note_fields(
        tx,
        record.student,
        version,
        (field,),
        {
            "at": now,
            "cause": cause,
            "actor": approved.decided_by,
            "evidence": ",".join(approved.evidence),
        },
    )
    if field == _ID_NUMBER:
        _move_id(tx, vault, record, approved)
    tx.say(RecordChanged(record.student, record.unit, version, (field,)), province=heard.province)
    return version


def _move_id(tx: Tx, vault: Vault, record: _Record, approved: ApprovedValue) -> None:
    if approved.old:
        store.forget_id(tx, record.student, vault.find_by(approved.old))
    if approved.new:
        # Whoever holds the number keeps it: two holders are a finding, not a theft.
        record_store.claim_id(tx, record.student, vault.find_by(approved.new))
