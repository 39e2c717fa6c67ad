"""Support as the edge asks it: by RPC, briefly. Nothing of a question is kept here."""

from services.gateway.domain import Ticket
from services.gateway.ports import AskedQuestion, HelpAwayError, HelpEntry, NotAskedError
from shared.contracts.support_commands import (
    AskAboutSheet,
    Asked,
    FaqEntries,
    FaqSearch,
    SheetAnswersRequest,
    SheetQuestions,
)
from shared.kernel.clock import BEIJING
from shared.kernel.errors import DomainError
from shared.plumbing.rpc import RpcClient, RpcDeadlineError, RpcFailedError

# The sheet's page is worth more without its answers than late with them.
GLANCE_S = 1.0
DEADLINE_S = 3.0
_AWAY = (RpcDeadlineError, RpcFailedError, OSError)


class HelpByRpc:
    """A `Help` on the bus."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def questions(self, ticket: Ticket) -> tuple[AskedQuestion, ...]:
        """The questions of a sheet, newest first; none when nobody tells in time."""
        request = SheetAnswersRequest(ticket.key.campaign, ticket.head.sheet)
        try:
            found = self._rpc.call(
                "support", "answers_of_sheet", request, SheetQuestions, deadline_s=GLANCE_S
            )
        except (DomainError, *_AWAY):
            return ()
        return tuple(
            AskedQuestion(
                one.asked_at.astimezone(BEIJING).date(),
                one.text,
                one.answer,
                one.answered_at.astimezone(BEIJING).date() if one.answered_at else None,
            )
            for one in found.questions
        )

    def search(self, ticket: Ticket, words: str) -> tuple[HelpEntry, ...]:
        """What others asked before; nothing when nobody tells in time."""
        request = FaqSearch(ticket.key.campaign, ticket.head.sheet, words)
        try:
            found = self._rpc.call(
                "support", "search_faq", request, FaqEntries, deadline_s=DEADLINE_S
            )
        except (DomainError, *_AWAY):
            return ()
        return tuple(HelpEntry(one.title, one.text) for one in found.entries)

    def ask(self, ticket: Ticket, key: str, text: str, field: str | None) -> None:
        """Hand a question in; the same key asks once.

        Raises:
            NotAskedError: it was refused.
            HelpAwayError: nobody took it; ask again with the same key.
        """
        request = AskAboutSheet(ticket.key.campaign, ticket.head.sheet, key, text, field)
        try:
            self._rpc.call("support", "ask", request, Asked, deadline_s=DEADLINE_S)
        except DomainError as refusal:
            raise NotAskedError(refusal.code) from None
        except _AWAY:
            raise HelpAwayError from None
