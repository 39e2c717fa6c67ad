"""The rest of the house as the staff pages ask it: by RPC, with a deadline."""

from collections.abc import Iterable
from typing import TypeVar

from shared.contracts.progress_commands import (
    Children,
    ChildrenRequest,
    CountsRequest,
    UnitCounts,
)
from shared.contracts.review_commands import (
    DecideChange,
    DuplicateShown,
    EntryShown,
    NextTask,
    TaskCommand,
    TaskShown,
)
from shared.contracts.roster_commands import NamedUnitsRequest, UnitEntry, Units
from shared.contracts.sign_in_commands import (
    Enrolment,
    EnrolSecondStep,
    GiveCode,
    SetPassword,
    SignedIn,
    SignedOut,
    SignIn,
    SignOut,
    TakeToken,
    TokenGiven,
)
from shared.contracts.storage_commands import Grant, GrantRequest
from shared.kernel.ids import ActorToken, CampaignId, EntryId, UnitCode
from shared.plumbing.rpc import RpcClient

Answer = TypeVar("Answer")

# Longer than a question inside the house takes, shorter than a person waits.
DEADLINE_S = 8.0


class House:
    """Every question of the pages, by name.

    All raise `DomainError` for a refusal, `RpcDeadlineError` or `RpcFailedError` when the
    service is away.
    """

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def sign_in(self, login: str, password: str) -> SignedIn:
        """Begin a session."""
        return self.ask("accounts", "sign_in", SignIn(login, password), SignedIn)

    def give_code(self, session: str, code: str) -> SignedIn:
        """Show the second step."""
        return self.ask("accounts", "give_code", GiveCode(session, code), SignedIn)

    def set_password(self, session: str, password: str, name: str) -> SignedIn:
        """Choose a password; at a first sign-in also say who one is."""
        return self.ask("accounts", "set_password", SetPassword(session, password, name), SignedIn)

    def enrol(self, session: str) -> Enrolment:
        """Draw a seed for the second step."""
        return self.ask("accounts", "enrol_second_step", EnrolSecondStep(session), Enrolment)

    def take_token(self, session: str) -> TokenGiven:
        """Who a session acts as, for some minutes."""
        return self.ask("accounts", "take_token", TakeToken(session), TokenGiven)

    def sign_out(self, session: str) -> None:
        """End a session."""
        self.ask("accounts", "sign_out", SignOut(session), SignedOut)

    def counts(self, token: ActorToken, campaign: CampaignId, unit: UnitCode) -> UnitCounts:
        """How far a unit has come."""
        return self.ask("progress", "counts", CountsRequest(token, campaign, unit), UnitCounts)

    def children(self, token: ActorToken, campaign: CampaignId, unit: UnitCode) -> Children:
        """How far the units directly below a unit have come."""
        return self.ask("progress", "children", ChildrenRequest(token, campaign, unit), Children)

    def units(self, codes: Iterable[UnitCode]) -> dict[UnitCode, UnitEntry]:
        """Units by code, with their names; what nobody knows is left out."""
        request = NamedUnitsRequest(tuple(codes))
        found = self.ask("roster", "named_units", request, Units).units
        return {one.unit: one for one in found}

    def next_task(self, token: ActorToken, campaign: CampaignId) -> TaskShown:
        """The decision in hands, or the most urgent one of the own queue."""
        return self.ask("review", "next_task", NextTask(token, campaign), TaskShown)

    def put_task_back(self, token: ActorToken, entry: EntryId) -> None:
        """Let others have a decision."""
        self.ask("review", "put_task_back", TaskCommand(token, entry), TaskShown)

    def show_duplicate(self, token: ActorToken, entry: EntryId) -> DuplicateShown:
        """Two records that claim one ID number."""
        return self.ask("review", "show_duplicate", TaskCommand(token, entry), DuplicateShown)

    def decide(self, request: DecideChange) -> EntryShown:
        """Say a verdict."""
        return self.ask("review", "decide_change", request, EntryShown)

    def undo(self, token: ActorToken, entry: EntryId) -> EntryShown:
        """Take the own verdict back in time."""
        return self.ask("review", "undo_decision", TaskCommand(token, entry), EntryShown)

    def grant(self, request: GrantRequest) -> Grant:
        """The key of one view, for a person who looks at it."""
        return self.ask("storage", "grant", request, Grant)

    def ask(
        self,
        service: str,
        method: str,
        request: object,
        answer: type[Answer],
        deadline_s: float = DEADLINE_S,
    ) -> Answer:
        """Any question: groups of pages keep theirs by name beside their views."""
        return self._rpc.call(service, method, request, answer, deadline_s=deadline_s)
