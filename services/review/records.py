"""Asks roster over the bus; a slow answer is a refusal that changes nothing."""

from shared.contracts.record_commands import (
    FieldValues,
    FieldValuesRequest,
    IdHolder,
    IdHolderRequest,
)
from shared.kernel.errors import RecordsAwayError
from shared.kernel.ids import StudentId
from shared.plumbing.rpc import RpcClient, RpcDeadlineError, RpcFailedError

DEADLINE_S = 4.0


class RosterRecords:
    """Records, from the service that owns them."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def values_of(
        self, student: StudentId, fields: tuple[str, ...], printed_version: int | None
    ) -> FieldValues:
        """Some values of a record, now and as printed.

        Raises:
            RecordsAwayError: no answer in time.
        """
        request = FieldValuesRequest(student, fields, printed_version)
        try:
            return self._rpc.call(
                "roster", "field_values", request, FieldValues, deadline_s=DEADLINE_S
            )
        except (RpcDeadlineError, RpcFailedError):
            raise RecordsAwayError from None

    def holder_of(self, student: StudentId, id_number: str) -> IdHolder:
        """The other record that holds an ID number.

        Raises:
            RecordsAwayError: no answer in time.
        """
        request = IdHolderRequest(student, id_number)
        try:
            return self._rpc.call("roster", "id_holder", request, IdHolder, deadline_s=DEADLINE_S)
        except (RpcDeadlineError, RpcFailedError):
            raise RecordsAwayError from None
