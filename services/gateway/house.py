"""The rest of the house as the edge asks it: by RPC, briefly; silence is an answer too."""

from services.gateway.domain import Face, Ticket, Verdict, VerdictState
from shared.contracts.forms_commands import SheetFace, SheetFaceRequest
from shared.contracts.scan_commands import (
    PageState,
    PageVerdict,
    PhotoState,
    PhotoStateRequest,
)
from shared.kernel.clock import BEIJING
from shared.kernel.errors import DomainError
from shared.kernel.ids import ObjectId
from shared.plumbing.rpc import RpcClient, RpcDeadlineError, RpcFailedError

# A page that waits longer for a name is worse than one without it.
DEADLINE_S = 2.0

_STATES = {
    PageState.WAITING: VerdictState.WAITING,
    PageState.MATCHED: VerdictState.READ,
    PageState.DUPLICATE: VerdictState.READ,
    PageState.MISFILED: VerdictState.OTHER_PUPIL,
    PageState.UNREADABLE: VerdictState.RETAKE,
    PageState.FOREIGN: VerdictState.RETAKE,
    PageState.REFUSED: VerdictState.RETAKE,
    PageState.COVER: VerdictState.RETAKE,
    PageState.DAMAGED: VerdictState.RETAKE,
    PageState.BLANK: VerdictState.RETAKE,
    PageState.DISCARDED: VerdictState.RETAKE,
    PageState.UNMATCHED: VerdictState.BY_HAND,
    PageState.CONFLICTING: VerdictState.BY_HAND,
    PageState.FAILED: VerdictState.BY_HAND,
}


class HouseByRpc:
    """A `House` on the bus."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def face(self, ticket: Ticket) -> Face | None:
        """Whose sheet it is; None when nobody tells in time."""
        request = SheetFaceRequest(ticket.head.sheet, ticket.head.serial)
        try:
            face = self._rpc.call("forms", "sheet_face", request, SheetFace, deadline_s=DEADLINE_S)
        except (DomainError, RpcDeadlineError, RpcFailedError, OSError):
            return None
        printed_on = face.printed_at.astimezone(BEIJING).date()
        return Face(face.masked_name, face.school_name, face.class_name, printed_on)

    def verdict(self, ticket: Ticket, object_: ObjectId | None) -> Verdict | None:
        """What became of a photo; None when nobody tells in time."""
        if object_ is None:
            return None
        request = PhotoStateRequest(object_)
        try:
            found = self._rpc.call(
                "scan", "photo_state", request, PhotoState, deadline_s=DEADLINE_S
            )
        except (DomainError, RpcDeadlineError, RpcFailedError, OSError):
            return None
        return verdict_from(found)


def verdict_from(found: PhotoState) -> Verdict:
    """What a guardian is told; of a matched page also what its cells could not be read for."""
    state = _STATES[found.state]
    if state is not VerdictState.READ:
        return Verdict(state, found.reason, found.corners)
    is_final = found.verdict is not PageVerdict.PENDING
    is_good = found.verdict in (PageVerdict.PENDING, PageVerdict.COMPLETE, PageVerdict.READER_DIED)
    reason = "" if is_good else found.verdict.value
    return Verdict(state, reason, found.corners, found.places if reason else (), is_final)
