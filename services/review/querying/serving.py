"""What clerks, teachers and registrars may ask of review about queries to guardians."""

from services.review.office import Office
from services.review.querying import usecases
from shared.contracts.lane_commands import AnswerQuery, ListQueries, Queries, QueryGuardian
from shared.contracts.review_commands import EntryShown
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class Querying:
    """Asking the guardian."""

    office: Office
    actors: Actors

    @serves
    def query_guardian(self, request: QueryGuardian) -> EntryShown:
        """Ask about a draft."""
        return usecases.query_guardian(self.office, self.actors.of(request.actor), request)

    @serves
    def answer_query(self, request: AnswerQuery) -> EntryShown:
        """Note the answer."""
        return usecases.answer_query(self.office, self.actors.of(request.actor), request)

    @serves
    def list_queries(self, request: ListQueries) -> Queries:
        """The open queries of a class."""
        return usecases.list_queries(self.office, self.actors.of(request.actor), request)
