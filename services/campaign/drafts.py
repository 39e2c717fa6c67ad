"""Asks review how many drafts lie somewhere: no fact tells of them, for they are nobody else's."""

from collections.abc import Sequence

from nameko.extensions import DependencyProvider

from shared.contracts.desk_commands import CountDrafts, Drafts
from shared.kernel.errors import DomainError
from shared.kernel.ids import CampaignId, UnitCode
from shared.plumbing.rpc import ReplyListener, RpcClient, RpcDeadlineError, RpcFailedError

DEADLINE_S = 4.0


class ReviewDrafts:
    """Drafts, from the service that owns them; a rehearsal goes on without its answer."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def below(self, campaign: CampaignId, unit: UnitCode, apart: Sequence[UnitCode]) -> int | None:
        """Drafts at or below a unit and outside the units set apart; None: nobody says."""
        request = CountDrafts(campaign, unit, tuple(apart))
        try:
            told = self._rpc.call("review", "count_drafts", request, Drafts, deadline_s=DEADLINE_S)
        except (DomainError, RpcDeadlineError, RpcFailedError):
            return None
        return told.drafts


class DraftsProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects `ReviewDrafts`."""

    listener = ReplyListener()

    def setup(self) -> None:
        """Make the way to review."""
        self._drafts = ReviewDrafts(RpcClient(self.container, self.listener))

    def get_dependency(self, _worker: object) -> ReviewDrafts:
        """The service's one object."""
        return self._drafts
