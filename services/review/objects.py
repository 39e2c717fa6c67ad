"""Asks storage whether a document lies in the province's archive, before anything is tied to it."""

from shared.contracts.storage_commands import ObjectState, ObjectStateRequest
from shared.kernel.errors_review import DocumentsAwayError, UnknownDocumentError
from shared.kernel.ids import ObjectId, ProvinceCode
from shared.plumbing.rpc import RpcClient, RpcDeadlineError, RpcFailedError

DEADLINE_S = 4.0


class StorageObjects:
    """Kept objects, from the service that owns them."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def check(self, object_: ObjectId, province: ProvinceCode) -> bool:
        """Go on only if a province keeps an object that still opens; whether it is a page.

        Raises:
            UnknownDocumentError: it does not.
            DocumentsAwayError: no answer in time.
        """
        request = ObjectStateRequest(object_)
        try:
            state = self._rpc.call(
                "storage", "object_state", request, ObjectState, deadline_s=DEADLINE_S
            )
        except (RpcDeadlineError, RpcFailedError):
            raise DocumentsAwayError from None
        return check_kept(state, province)


def check_kept(state: ObjectState, province: ProvinceCode) -> bool:
    """Go on only if an object lies in the archive of a province, and its key is there.

    Returns:
        Whether it is a page of a document.

    Raises:
        UnknownDocumentError: it does not.
    """
    if not state.is_kept or state.is_erased or state.province != province:
        raise UnknownDocumentError(state.object)
    return state.is_document
