"""Accounts on the bus: what it hears, and what it answers."""

from nameko.timer import timer

from services.accounts import issuing, names, session_store, signing_in, steps, usecases
from services.accounts.providers import OfficeProvider
from shared.contracts.account_commands import (
    Account,
    Accounts,
    AccountsIssued,
    AddPerson,
    DisableAccount,
    HandOver,
    IssueAccounts,
    ListAccounts,
    PersonGiven,
    ResetPassword,
    RestoreAccount,
    ShowAccount,
)
from shared.contracts.events import CampaignOpened, UnitRegistered
from shared.contracts.people_commands import (
    Names,
    NamesRequest,
    SupportStaff,
    SupportStaffRequest,
)
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
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves

FORGET_EVERY_S = 3600


class AccountsService(Operated):
    """Dedicated accounts handed down the tree, sign-in, and short-lived actor tokens."""

    name = "accounts"

    database = DatabaseProvider()
    office = OfficeProvider()
    actors = ActorsProvider()

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        usecases.keep_unit(heard)

    @hears(CampaignOpened)
    def on_campaign_opened(self, heard: Heard[CampaignOpened]) -> None:
        """A campaign exists, or its days were moved."""
        usecases.keep_campaign(heard)

    @timer(interval=FORGET_EVERY_S)  # type: ignore[untyped-decorator]  # nameko ships no types
    def forget_sessions(self) -> None:
        """Remove sessions that are over."""
        with self.database.transaction() as tx:
            session_store.forget_sessions(tx, self.database.clock())

    @serves
    def sign_in(self, request: SignIn) -> SignedIn:
        """Begin a session."""
        return signing_in.sign_in(self.office, request)

    @serves
    def give_code(self, request: GiveCode) -> SignedIn:
        """Show the second step."""
        return steps.give_code(self.office, request)

    @serves
    def set_password(self, request: SetPassword) -> SignedIn:
        """Choose a password."""
        return steps.set_password(self.office, request)

    @serves
    def enrol_second_step(self, request: EnrolSecondStep) -> Enrolment:
        """Set the second step up."""
        return steps.enrol(self.office, request)

    @serves
    def take_token(self, request: TakeToken) -> TokenGiven:
        """A token that commands carry."""
        return signing_in.take_token(self.office, request)

    @serves
    def sign_out(self, request: SignOut) -> SignedOut:
        """End a session."""
        return signing_in.sign_out(self.office, request)

    @serves
    def issue_accounts(self, request: IssueAccounts) -> AccountsIssued:
        """Make accounts in bulk."""
        return issuing.issue_accounts(self.office, self.actors.of(request.actor), request)

    @serves
    def add_person(self, request: AddPerson) -> PersonGiven:
        """Let one more person use an account."""
        return usecases.add_person(self.office, self.actors.of(request.actor), request)

    @serves
    def hand_over(self, request: HandOver) -> PersonGiven:
        """Give an account to another person."""
        return usecases.hand_over(self.office, self.actors.of(request.actor), request)

    @serves
    def reset_password(self, request: ResetPassword) -> PersonGiven:
        """Give a new one-time password."""
        return usecases.reset_password(self.office, self.actors.of(request.actor), request)

    @serves
    def disable_account(self, request: DisableAccount) -> Account:
        """Close an account."""
        return usecases.disable_account(self.office, self.actors.of(request.actor), request)

    @serves
    def restore_account(self, request: RestoreAccount) -> Account:
        """Open an account again."""
        return usecases.restore_account(self.office, self.actors.of(request.actor), request)

    @serves
    def list_accounts(self, request: ListAccounts) -> Accounts:
        """The accounts of a part of the tree."""
        return usecases.list_accounts(self.office, self.actors.of(request.actor), request)

    @serves
    def show_account(self, request: ShowAccount) -> Account:
        """An account with its people."""
        return usecases.show_account(self.office, self.actors.of(request.actor), request)

    @serves
    def colleagues(self, request: NamesRequest) -> Names:
        """What colleagues are called."""
        return names.colleagues(self.office, self.actors.of(request.actor), request)

    @serves
    def support_staff(self, request: SupportStaffRequest) -> SupportStaff:
        """Who answers, from the school up."""
        return names.support_staff(self.office, self.actors.of(request.actor), request)
