"""What clerks and registrars may ask of review about whole sheets."""

from services.review.office import Office
from services.review.reconciling import usecases
from shared.contracts.lane_commands import (
    ClassStanding,
    FinishSheet,
    SettleDisagreement,
    SheetStanding,
    ShowClass,
    ShowSheet,
)
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class Reconciling:
    """Paper against entries."""

    office: Office
    actors: Actors

    @serves
    def show_sheet(self, request: ShowSheet) -> SheetStanding:
        """How a sheet stands."""
        return usecases.show_sheet(self.office, self.actors.of(request.actor), request)

    @serves
    def show_class(self, request: ShowClass) -> ClassStanding:
        """How the sheets of a class stand."""
        return usecases.show_class(self.office, self.actors.of(request.actor), request)

    @serves
    def settle_disagreement(self, request: SettleDisagreement) -> SheetStanding:
        """Say why paper and entries may differ."""
        return usecases.settle_disagreement(self.office, self.actors.of(request.actor), request)

    @serves
    def finish_sheet(self, request: FinishSheet) -> SheetStanding:
        """Say that a sheet holds nothing else."""
        return usecases.finish_sheet(self.office, self.actors.of(request.actor), request)
