"""Asks review over the bus for the values that were approved there."""

from nameko.extensions import DependencyProvider

from shared.contracts.record_commands import ApprovedValue, ApprovedValueRequest
from shared.kernel.ids import EntryId
from shared.plumbing.rpc import ReplyListener, RpcClient


class ReviewApprovals:
    """Approved values, from the service that owns them."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def value_of(self, entry: EntryId, revision: int) -> ApprovedValue:
        """What was approved.

        Raises:
            RpcDeadlineError, RpcFailedError: no answer; the fact is heard again later.
        """
        request = ApprovedValueRequest(entry, revision)
        return self._rpc.call("review", "approved_value", request, ApprovedValue)


class ApprovalsProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects `ReviewApprovals`."""

    listener = ReplyListener()

    def get_dependency(self, _worker: object) -> ReviewApprovals:
        """One client per use; the listener is shared by the service."""
        return ReviewApprovals(RpcClient(self.container, self.listener))
