"""What clerks and registrars may ask of review about their work."""

from services.review.office import Office
from services.review.worklist import usecases
from shared.contracts.desk_commands import (
    CountDrafts,
    Drafts,
    OpenSheet,
    SheetOpened,
    ShowWork,
    Work,
)
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class Working:
    """The work of a school."""

    office: Office
    actors: Actors

    @serves
    def show_work(self, request: ShowWork) -> Work:
        """What is to be done."""
        return usecases.show_work(self.office, self.actors.of(request.actor), request)

    @serves
    def count_drafts(self, request: CountDrafts) -> Drafts:
        """How many changes were begun and not submitted: campaign's question."""
        return usecases.count_drafts(self.office.database, request)

    @serves
    def open_sheet(self, request: OpenSheet) -> SheetOpened:
        """Everything about one sheet."""
        return usecases.open_sheet(self.office, self.actors.of(request.actor), request)
