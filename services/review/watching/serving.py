"""What those who watch may ask of review, and the second typing of a sample."""

from services.review.office import Office
from services.review.watching import blind, usecases
from shared.contracts.watch_commands import (
    BlindTask,
    BlindTyped,
    ListNotices,
    NextBlind,
    Notices,
    Queue,
    ShowQueue,
    TypeBlind,
    Watch,
    WatchDecisions,
)
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class Watching:
    """Queues, notices, rubber stamps, second typing."""

    office: Office
    actors: Actors

    @serves
    def show_queue(self, request: ShowQueue) -> Queue:
        """The queue of the own unit."""
        return usecases.show_queue(self.office, self.actors.of(request.actor), request)

    @serves
    def list_notices(self, request: ListNotices) -> Notices:
        """What the clock has told the own unit."""
        return usecases.list_notices(self.office, self.actors.of(request.actor), request)

    @serves
    def watch_decisions(self, request: WatchDecisions) -> Watch:
        """How decisions below a unit are made."""
        return usecases.watch_decisions(self.office, self.actors.of(request.actor), request)

    @serves
    def next_blind(self, request: NextBlind) -> BlindTask:
        """A field to type a second time."""
        return blind.next_blind(self.office, self.actors.of(request.actor), request)

    @serves
    def type_blind(self, request: TypeBlind) -> BlindTyped:
        """Type it."""
        return blind.type_blind(self.office, self.actors.of(request.actor), request)
