"""What teachers and registrars may tell scan of paper, and see of it."""

from services.scan.ticks import usecases
from shared.contracts.tick_commands import ShowTicks, Ticks, TickSheet, TickShown
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.rpc import serves


class Ticking:
    """Paper without a picture."""

    database: Database
    actors: Actors

    @serves
    def tick_sheet(self, request: TickSheet) -> TickShown:
        """Say where the paper of one sheet is."""
        return usecases.tick_sheet(self.database, self.actors.of(request.actor), request)

    @serves
    def show_ticks(self, request: ShowTicks) -> Ticks:
        """What was said of the paper of a class."""
        return usecases.show_ticks(self.database, self.actors.of(request.actor), request)
