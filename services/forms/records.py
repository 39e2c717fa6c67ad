"""Roster as printing asks it: by RPC, with a deadline."""

from typing import TypeVar

from services.forms.ports import RosterAwayError
from shared.contracts.roster_commands import (
    ClassesRequest,
    ClassSnapshot,
    RecordVersions,
    SchoolClasses,
    SnapshotRequest,
    VersionsRequest,
)
from shared.kernel.ids import CampaignId, UnitCode
from shared.plumbing.rpc import RpcClient, RpcDeadlineError, RpcFailedError

DEADLINE_S = 15.0

Answer = TypeVar("Answer")


class RosterByRpc:
    """A `Roster` on the bus."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def snapshot(self, campaign: CampaignId, unit: UnitCode) -> ClassSnapshot:
        """The pupils of a class in scope.

        Raises:
            DomainError: roster refused.
            RosterAwayError: no answer in time.
        """
        return self._ask("snapshot_class", SnapshotRequest(campaign, unit), ClassSnapshot)

    def classes(self, campaign: CampaignId, unit: UnitCode) -> SchoolClasses:
        """The classes of a school.

        Raises:
            DomainError: roster refused.
            RosterAwayError: no answer in time.
        """
        return self._ask("classes", ClassesRequest(campaign, unit), SchoolClasses)

    def versions(self, campaign: CampaignId, unit: UnitCode) -> RecordVersions:
        """Which version the records of a class or school are at.

        Raises:
            DomainError: roster refused.
            RosterAwayError: no answer in time.
        """
        return self._ask("record_versions", VersionsRequest(campaign, unit), RecordVersions)

    def _ask(self, method: str, request: object, answer: type[Answer]) -> Answer:
        try:
            return self._rpc.call("roster", method, request, answer, deadline_s=DEADLINE_S)
        except (RpcDeadlineError, RpcFailedError) as error:
            raise RosterAwayError(str(error)) from None
