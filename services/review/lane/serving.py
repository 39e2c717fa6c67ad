"""What clerks and registrars may ask of review about sheets that ask for no change."""

from services.review.lane import usecases
from services.review.office import Office
from shared.contracts.lane_commands import (
    ConfirmClass,
    Confirmed,
    ConfirmSheet,
    DrawSample,
    MarkLooked,
    Sample,
    UndoConfirmation,
)
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class Confirming:
    """The no-change lane."""

    office: Office
    actors: Actors

    @serves
    def draw_sample(self, request: DrawSample) -> Sample:
        """The sample of a class."""
        return usecases.draw_sample(self.office, self.actors.of(request.actor), request)

    @serves
    def mark_looked(self, request: MarkLooked) -> Sample:
        """What was seen on a sampled sheet."""
        return usecases.mark_looked(self.office, self.actors.of(request.actor), request)

    @serves
    def confirm_class(self, request: ConfirmClass) -> Confirmed:
        """Confirm a class in one act."""
        return usecases.confirm_class(self.office, self.actors.of(request.actor), request)

    @serves
    def confirm_sheet(self, request: ConfirmSheet) -> Confirmed:
        """Confirm one sheet."""
        return usecases.confirm_sheet(self.office, self.actors.of(request.actor), request)

    @serves
    def undo_confirmation(self, request: UndoConfirmation) -> Confirmed:
        """Take an own confirmation back."""
        return usecases.undo_confirmation(self.office, self.actors.of(request.actor), request)
