"""Scan's question to review: who has which sheet in hands."""

from nameko.extensions import DependencyProvider

from shared.contracts.look_commands import SheetInHands, SheetInHandsRequest
from shared.kernel.ids import PersonId, SheetId
from shared.plumbing.rpc import ReplyListener, RpcClient


class ReviewHands:
    """Asks review by RPC; without an answer nobody looks."""

    def __init__(self, client: RpcClient) -> None:
        self._client = client

    def hold(self, person: PersonId, sheet: SheetId) -> bool:
        """Whether a person has a decision about a sheet in hands.

        Raises:
            RpcDeadlineError, RpcFailedError: review is away.
        """
        request = SheetInHandsRequest(sheet, person)
        return self._client.call("review", "sheet_in_hands", request, SheetInHands).is_in_hands


class HandsProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects `ReviewHands`."""

    listener = ReplyListener()

    def setup(self) -> None:
        """Make the way to review."""
        self._hands = ReviewHands(RpcClient(self.container, self.listener))

    def get_dependency(self, _worker: object) -> ReviewHands:
        """The service's one object."""
        return self._hands
