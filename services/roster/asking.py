"""What review may ask of a record: some values, now and as printed, and who holds a number."""

from services.roster import record_store, store
from services.roster.vault import Vault
from shared.contracts.record_commands import (
    FieldValues,
    FieldValuesRequest,
    IdHolder,
    IdHolderRequest,
)
from shared.kernel.errors import UnknownStudentError
from shared.kernel.id_number import normalised
from shared.kernel.ids import StudentId, UnitCode
from shared.plumbing.database import Database


def field_values(database: Database, vault: Vault, request: FieldValuesRequest) -> FieldValues:
    """Some values of a record, codes as stored, now and in the version a sheet printed.

    Raises:
        UnknownStudentError: there is no such record.
    """
    with database.transaction() as tx:
        row = record_store.record_of(tx, request.student)
        if row is None:
            raise UnknownStudentError(request.student)
        printed = None
        if request.printed_version == row.version:
            printed = row.record
        elif request.printed_version is not None:
            printed = record_store.record_at(tx, request.student, request.printed_version)
    return FieldValues(
        request.student,
        UnitCode(row.unit),
        row.version,
        _chosen(vault, request, bytes(row.record)),
        None if printed is None else _chosen(vault, request, bytes(printed)),
    )


def id_holder(database: Database, vault: Vault, request: IdHolderRequest) -> IdHolder:
    """The other record of the province that holds an ID number."""
    digest = vault.find_by(normalised(request.id_number))
    with database.transaction() as tx:
        holder = store.owners_of(tx, [], [digest]).get((store.ID, digest))
        if holder is None or holder == request.student:
            return IdHolder(None, None)
        row = record_store.record_of(tx, holder)
    return IdHolder(holder, None if row is None else UnitCode(row.unit))


def _chosen(vault: Vault, request: FieldValuesRequest, sealed: bytes) -> dict[str, str]:
    values = vault.open(StudentId(request.student), sealed)
    return {key: values[key] for key in request.fields if key in values}
